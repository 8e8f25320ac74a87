"""What `terraform show -json` says of a plan or a state, as frozen values. Pure.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest
from typing import Any, Final

from generators.terraform_checks.configuration import Targets, steps, written

_KEYS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_NAMES = ("id", "arn", "name", "bucket", "key_id")  # what another resource may call one by


class Unknown(Enum):
    """In place of a value that is written and known only after the apply."""

    UNKNOWN = "known after apply"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as it will be. What AWS computes and nobody wrote is None; `refers`: argument -> what it refers to."""

    address: str
    type: str
    values: Mapping[str, Any]
    refers: Mapping[str, Targets] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The address in the configuration, which knows no keys."""
        return _KEYS.sub("", self.address)

    def at(self, *path: str) -> Any:
        """A value, the first of each block on the way; None where there is none, UNKNOWN where that is not known."""
        value: Any = self.values
        for step in path:
            if isinstance(value, list):
                value = value[0] if value else None
            if not isinstance(value, Mapping):
                return value if value is UNKNOWN else None
            value = value.get(step)
        return value


@dataclass(frozen=True, slots=True)
class Plan:
    """Every resource that will be there."""

    resources: tuple[Resource, ...]

    def of(self, *types: str) -> tuple[Resource, ...]:
        """Resources of these types."""
        return tuple(it for it in self.resources if it.type in types)

    def beside(self, resource: Resource, kind: str, argument: str) -> tuple[Resource, ...]:
        """Resources of a kind whose argument means this one: by the configuration, else by its value."""
        return tuple(it for it in self.of(kind) if _means(it, argument, resource))

    def unclear(self, kind: str, argument: str) -> tuple[Resource, ...]:
        """Resources of a kind of which nobody can say yet whose they are."""
        return tuple(it for it in self.of(kind) if it.at(argument) is UNKNOWN and not it.refers.get(argument))

    def refers(self, resource: Resource, argument: str, kind: str) -> bool:
        """Whether the argument refers to a resource of this kind, so that it will have a value."""
        return any(_type(target) == kind for target in resource.refers.get(argument, ()))


def read(document: Mapping[str, Any]) -> Plan:
    """A plan's or a state's resources; those that a plan destroys are no more."""
    refers = written(document.get("configuration", {}).get("root_module", {}))
    changes = {it["address"]: it["change"].get("after_unknown", {}) for it in document.get("resource_changes", [])}
    values = document.get("planned_values") or document.get("values") or {}
    return Plan(tuple(_read(it, changes, refers) for it in _all(values.get("root_module", {}))))


def _read(raw: Mapping[str, Any], changes: Mapping[str, Any], refers: Mapping[str, Mapping[str, Targets]]) -> Resource:
    bare = Resource(raw["address"], raw["type"], raw.get("values", {}))
    given = refers.get(bare.place, {})
    unknown = changes.get(bare.address, {})
    later = {name: it for name, it in unknown.items() if it is not True or name in given}
    return Resource(bare.address, bare.type, _merged(bare.values, later), given)


def _merged(values: Any, later: Any) -> Any:
    """The values with UNKNOWN where the plan marks one as known later."""
    if later is True:
        return UNKNOWN
    if isinstance(later, dict) and later:
        known = values if isinstance(values, dict) else {}
        return {**known, **{name: _merged(known.get(name), it) for name, it in later.items()}}
    if isinstance(later, list) and later:
        return [_merged(*pair) for pair in zip_longest(values if isinstance(values, list) else [], later)]
    return values


def _all(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (it for it in module.get("resources", []) if it["mode"] == "managed")
    for below in module.get("child_modules", []):
        yield from _all(below)


def _means(one: Resource, argument: str, other: Resource) -> bool:
    targets = [it for it in one.refers.get(argument, ()) if _type(it) == other.type]
    if targets:
        return any(_is(it, one, other) for it in targets)
    value = one.at(argument)
    return isinstance(value, str) and value in [other.values.get(name) for name in _NAMES]


def _type(target: str) -> str:
    return steps(target)[-2][0]


def _is(target: str, one: Resource, other: Resource) -> bool:
    """A key is the one that is written out, else the key of the resource that refers."""
    if _KEYS.sub("", target) != other.place or not _same_modules(one.address, other.address):
        return False
    asked, held = steps(target)[-1][1], steps(other.address)[-1][1]
    return held in ("", asked or steps(one.address)[-1][1])


def _same_modules(one: str, other: str) -> bool:
    """Where both lie in a module of one name it is the same instance of it."""
    for ours, theirs in zip(steps(one)[:-2], steps(other)[:-2], strict=False):
        if ours[0] != theirs[0]:
            return True
        if ours[1] != theirs[1]:
            return False
    return True
