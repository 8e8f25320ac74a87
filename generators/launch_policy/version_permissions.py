"""Permissions that all versions of a product need together, including updates from each version to each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.cloudformation.handler_permissions import HANDLERS, RequiredPermission, required_permissions
from generators.cloudformation.resolver import TemplateResolver
from generators.cloudformation.resource import Resource, StackLocation
from generators.cloudformation.stack_permissions import stack_permissions

Template = Mapping[str, Any]


def version_permissions(
    templates: Sequence[Template], ssm_values: Mapping[str, str], name_prefix: str, product: str
) -> tuple[RequiredPermission, ...]:
    """The permissions of these versions of a product."""
    location = StackLocation(product=product)
    versions = [TemplateResolver(template, ssm_values, name_prefix, location).resources() for template in templates]
    permissions = {
        permission
        for resources in versions
        for resource in resources
        for permission in _resource_permissions(resource, versions)
    }
    for template in templates:
        permissions.update(stack_permissions(template, location, name_prefix))
    return tuple(sorted(permissions))


def _resource_permissions(resource: Resource, versions: Sequence[tuple[Resource, ...]]) -> Iterator[RequiredPermission]:
    """The permissions of a resource, also for an update from or to its other versions."""
    same = {
        id(other.properties): other
        for resources in versions
        for other in resources
        if (other.logical_id, other.type) == (resource.logical_id, resource.type)
    }
    for other in same.values():
        yield from required_permissions(resource, HANDLERS, other.properties)
