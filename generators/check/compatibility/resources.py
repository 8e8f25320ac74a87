"""Resources that are added, removed, replaced or changed in place. Reads the registry schemas, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generators.check.compatibility.change import Change, Path, Template, different_paths
from generators.check.compatibility.conditions import may_be_missing
from generators.cloudformation.handler_permissions import is_custom_resource
from generators.cloudformation.intrinsics import function_call
from generators.cloudformation.resource_schemas import create_only, is_stateful
from generators.release.version import Bump

Resource = Mapping[str, Any]

# Deletion policies, from the one that keeps least data.
_DELETION_POLICIES = ("Delete", "Snapshot", "RetainExceptOnCreate", "Retain")
_MAX_VALUE_LENGTH = 40  # characters of the old and the new value together
_MAX_PATHS = 6  # in the sentence of one change


def resources(old: Template, new: Template) -> Iterator[Change]:
    """Every difference in the section Resources except policies and security properties."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    for name in sorted({*before, *after}):
        if name not in after:
            yield _removed(name, before[name])
        elif name not in before:
            yield Change("resource", name, f"{name} ({after[name]['Type']}) is new", Bump.MINOR)
        elif before[name]["Type"] != after[name]["Type"]:
            yield _type_changed(name, before[name], after[name])
        else:
            yield from _changed(name, (old, new), (before[name], after[name]))


def _removed(name: str, old: Resource) -> Change:
    if is_stateful(old["Type"]):
        return Change("replacement", name, f"{name} ({old['Type']}) holds data and is removed", Bump.MAJOR)
    return Change("resource", name, f"{name} ({old['Type']}) is removed", Bump.PATCH)


def _type_changed(name: str, old: Resource, new: Resource) -> Change:
    bump = Bump.MAJOR if is_stateful(old["Type"]) or is_stateful(new["Type"]) else Bump.PATCH
    return Change("replacement", name, f"{name} becomes {new['Type']} instead of {old['Type']}", bump)


def _changed(name: str, templates: tuple[Template, Template], pair: tuple[Resource, Resource]) -> Iterator[Change]:
    old, new = pair
    yield from _replaced(name, old, new)
    if is_stateful(new["Type"]):
        yield from _weaker_deletion_policy(name, old, new)
        if may_be_missing(*templates, *pair):
            yield Change("replacement", name, f"{name} holds data and now depends on another condition", Bump.MAJOR)
    paths = [_path_with_values(path, old, new) for path in different_paths(old, new)]
    if paths:
        more = f" and {len(paths) - _MAX_PATHS} more" if len(paths) > _MAX_PATHS else ""
        yield Change("resource", name, f"{name} changes in {', '.join(paths[:_MAX_PATHS])}{more}", Bump.PATCH)


def _path_with_values(path: Path, old: Any, new: Any) -> str:
    """A path with both values, if they are short."""
    for step in path:
        old = old.get(step) if isinstance(old, dict) else None
        new = new.get(step) if isinstance(new, dict) else None
    name = ".".join(path).removeprefix("Properties.")
    if isinstance(old, (str, int)) and isinstance(new, (str, int)) and len(f"{old}{new}") <= _MAX_VALUE_LENGTH:
        return f"{name} ({old} -> {new})"
    return name


def _replaced(name: str, old: Resource, new: Resource) -> Iterator[Change]:
    """CloudFormation replaces a resource when a create-only property changes; its data is lost."""
    before, after = old.get("Properties", {}), new.get("Properties", {})
    paths = create_only(new["Type"]) or ((("ServiceToken",),) if is_custom_resource(new["Type"]) else ())
    for path in paths:
        if list(_values_at(before, path)) != list(_values_at(after, path)):
            text = f"{name} ({new['Type']}) is replaced: {'.'.join(path)} cannot change in place"
            yield Change("replacement", name, text, Bump.MAJOR)


def _values_at(value: Any, path: Path) -> Iterator[Any]:
    """The values at a path; a function on the way is a value itself."""
    if not path or function_call(value):
        yield value
    elif path[0] == "*":
        for inner in value if isinstance(value, list) else ():
            yield from _values_at(inner, path[1:])
    elif isinstance(value, list):
        for inner in value:
            yield from _values_at(inner, path)
    elif isinstance(value, dict) and path[0] in value:
        yield from _values_at(value[path[0]], path[1:])


def _weaker_deletion_policy(name: str, old: Resource, new: Resource) -> Iterator[Change]:
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        before, after = old.get(attribute, "Delete"), new.get(attribute, "Delete")
        if _DELETION_POLICIES.index(after) < _DELETION_POLICIES.index(before):
            text = f"{attribute} of {name} is {after} instead of {before}: its data may be lost"
            yield Change("security", name, text, Bump.MAJOR)
