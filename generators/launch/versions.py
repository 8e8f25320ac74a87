"""What the versions of a product need together: each of them, and the ways from one to another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.launch import stack
from generators.launch.needs import HANDLERS, Need, of_resource
from generators.launch.thing import Place, Thing
from generators.launch.wording import Wording

Template = Mapping[str, Any]


def of_templates(
    templates: Sequence[Template], holds: Mapping[str, str], prefix: str, product: str
) -> tuple[Need, ...]:
    """The needs of these versions of a product and of the ways between them."""
    place = Place(product=product)
    every = [Wording(template, holds, prefix, place).things() for template in templates]
    found = {need for things in every for thing in things for need in _of(thing, every)}
    found |= {need for template in templates for need in stack.needs(template, place, prefix)}
    return tuple(sorted(found))


def _of(thing: Thing, every: Sequence[tuple[Thing, ...]]) -> Iterator[Need]:
    """Its own needs, and those of an upgrade to or from another version of it."""
    others = {
        id(it.props): it for things in every for it in things if (it.logical, it.kind) == (thing.logical, thing.kind)
    }
    for other in others.values():
        yield from of_resource(thing, HANDLERS, other.props)
