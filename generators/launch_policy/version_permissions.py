"""Permissions that all versions of a product need together, including updates from each version to each other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    resolvers = [TemplateResolver(template, ssm_values, name_prefix, location) for template in templates]
    permissions = {
        permission
        for states in _states(resolvers)
        for state in states
        for permission in required_permissions(state, HANDLERS, [other.properties for other in states])
    }
    for template in templates:
        permissions.update(stack_permissions(template, location, name_prefix))
    return tuple(sorted(permissions))


def _states(resolvers: Sequence[TemplateResolver]) -> Iterable[Sequence[Resource]]:
    """For each resource its states in the versions: an update leads from any of them to any other."""
    states: dict[tuple[str, str], list[Resource]] = {}
    for resolver in resolvers:
        for resource in resolver.resources():
            states.setdefault((resource.logical_id, resource.type), []).append(resource)
    return states.values()
