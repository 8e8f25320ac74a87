"""What the versions of a product need together: each of them, and the ways from one to another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.cloudformation import stack_permissions
from generators.cloudformation.handler_permissions import HANDLERS, RequiredPermission, required_permissions
from generators.cloudformation.resolver import TemplateResolver
from generators.cloudformation.resource import Resource, StackLocation

Template = Mapping[str, Any]


def of_templates(
    templates: Sequence[Template], holds: Mapping[str, str], prefix: str, product: str
) -> tuple[RequiredPermission, ...]:
    """The needs of these versions of a product and of the ways between them."""
    place = StackLocation(product=product)
    every = [TemplateResolver(template, holds, prefix, place).resources() for template in templates]
    found = {need for things in every for thing in things for need in _of(thing, every)}
    found |= {need for template in templates for need in stack_permissions.stack_permissions(template, place, prefix)}
    return tuple(sorted(found))


def _of(thing: Resource, every: Sequence[tuple[Resource, ...]]) -> Iterator[RequiredPermission]:
    """Its own needs, and those of an upgrade to or from another version of it."""
    others = {
        id(it.props): it for things in every for it in things if (it.logical, it.kind) == (thing.logical, thing.kind)
    }
    for other in others.values():
        yield from required_permissions(thing, HANDLERS, other.props)
