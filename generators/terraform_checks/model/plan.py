"""A plan or a state from `terraform show -json` as frozen values. Pure.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest
from typing import Any, Final

from generators.terraform_checks.model.configuration import Targets, references, steps

_KEYS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_IDENTIFIERS = ("id", "arn", "name", "bucket", "key_id")  # attributes by which other resources refer to one


class Unknown(Enum):
    """Stands for a value that the configuration sets and that is known after apply."""

    UNKNOWN = "known after apply"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource after the apply; a value that AWS computes is None. `references`: argument -> targets."""

    address: str
    type: str
    values: Mapping[str, Any]
    references: Mapping[str, Targets] = field(default_factory=dict)

    @property
    def config_address(self) -> str:
        """The address in the configuration, without instance keys."""
        return _KEYS.sub("", self.address)

    def at(self, *path: str) -> Any:
        """The value at a path through the first of each block; None when absent, UNKNOWN when known after apply."""
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
    """All resources after the apply."""

    resources: tuple[Resource, ...]

    def of(self, *types: str) -> tuple[Resource, ...]:
        """Resources of these types."""
        return tuple(resource for resource in self.resources if resource.type in types)

    def referring(self, resource: Resource, resource_type: str, argument: str) -> tuple[Resource, ...]:
        """Resources of a type whose argument refers to this resource, by the configuration or by value."""
        return tuple(other for other in self.of(resource_type) if _refers(other, argument, resource))

    def unresolved(self, resource_type: str, argument: str) -> tuple[Resource, ...]:
        """Resources of a type whose argument is unknown and has no reference in the configuration."""
        return tuple(
            resource
            for resource in self.of(resource_type)
            if resource.at(argument) is UNKNOWN and not resource.references.get(argument)
        )

    def has_reference(self, resource: Resource, argument: str, resource_type: str) -> bool:
        """True when the argument refers to a resource of this type, so that it will have a value."""
        return any(_type(target) == resource_type for target in resource.references.get(argument, ()))


def read(document: Mapping[str, Any]) -> Plan:
    """The resources of a plan or a state, without those that the plan destroys."""
    targets = references(document.get("configuration", {}).get("root_module", {}))
    unknown = {
        change["address"]: change["change"].get("after_unknown", {}) for change in document.get("resource_changes", [])
    }
    values = document.get("planned_values") or document.get("values") or {}
    return Plan(tuple(_resource(raw, unknown, targets) for raw in _managed(values.get("root_module", {}))))


def _resource(
    raw: Mapping[str, Any], unknown: Mapping[str, Any], targets: Mapping[str, Mapping[str, Targets]]
) -> Resource:
    bare = Resource(raw["address"], raw["type"], raw.get("values", {}))
    arguments = targets.get(bare.config_address, {})
    marks = unknown.get(bare.address, {})
    configured = {name: mark for name, mark in marks.items() if mark is not True or name in arguments}
    return Resource(bare.address, bare.type, _merged(bare.values, configured), arguments)


def _merged(values: Any, marks: Any) -> Any:
    """The values, with UNKNOWN where `after_unknown` of the plan is true."""
    if marks is True:
        return UNKNOWN
    if isinstance(marks, dict) and marks:
        mapping = values if isinstance(values, dict) else {}
        return {**mapping, **{name: _merged(mapping.get(name), mark) for name, mark in marks.items()}}
    if isinstance(marks, list) and marks:
        return [_merged(*pair) for pair in zip_longest(values if isinstance(values, list) else [], marks)]
    return values


def _managed(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (resource for resource in module.get("resources", []) if resource["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _managed(child)


def _refers(resource: Resource, argument: str, other: Resource) -> bool:
    targets = [target for target in resource.references.get(argument, ()) if _type(target) == other.type]
    if targets:
        return any(_is_target(target, resource, other) for target in targets)
    value = resource.at(argument)
    return isinstance(value, str) and value in [other.values.get(name) for name in _IDENTIFIERS]


def _type(target: str) -> str:
    return steps(target)[-2][0]


def _is_target(target: str, resource: Resource, other: Resource) -> bool:
    """True when the target is the other resource; its key is that of the reference, else that of the resource."""
    if _KEYS.sub("", target) != other.config_address or not _same_modules(resource.address, other.address):
        return False
    target_key, other_key = steps(target)[-1][1], steps(other.address)[-1][1]
    return other_key in ("", target_key or steps(resource.address)[-1][1])


def _same_modules(address: str, other: str) -> bool:
    """False when both are in instances of the same module with different keys."""
    for step, other_step in zip(steps(address)[:-2], steps(other)[:-2], strict=False):
        if step[0] != other_step[0]:
            return True
        if step[1] != other_step[1]:
            return False
    return True
