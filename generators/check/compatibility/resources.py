"""Resources that are added, removed, replaced or changed in place. Reads the registry schemas, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generators.check.compatibility.change import (
    Change,
    Path,
    alternatives,
    canonical,
    different_paths,
    is_changed_at,
    leaves,
    nodes,
)
from generators.check.compatibility.deployments import OTHER, Declaration, Deployments, Pair
from generators.cloudformation.normal_form import NO_ROW
from generators.cloudformation.resource_schemas import is_stateful
from generators.cloudformation.update_behavior import POLICIES, is_opaque, is_replaced_by_design, replacing_paths
from generators.release.version import Bump

Resource = Mapping[str, Any]

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html
_ATTRIBUTES = frozenset(
    {
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
    }
)
_MAX_VALUE_LENGTH = 40  # characters of the old and the new value together
_MAX_PATHS = 6  # in the sentence of one change


def resources(deployments: Deployments) -> Iterator[Change]:
    """Every difference in the section Resources except names, policies and security properties."""
    for name in deployments.names("Resources"):
        before, after = deployments.declarations("Resources", name)
        if after is None:
            yield _removed(name, _type(before))
        elif before is None:
            yield Change("resource", name, f"{name} ({_type(after)}) is new", Bump.MINOR)
        elif _type(before) != _type(after):
            text = f"{name} becomes {_type(after)} instead of {_type(before)}, which CloudFormation refuses"
            yield Change("replacement", name, text, Bump.MAJOR)
        else:
            yield from _changed(name, deployments, before, after)


def _type(declaration: Declaration | None) -> str:
    return str((declaration or {}).get("Type", ""))


def _removed(name: str, resource_type: str) -> Change:
    if is_stateful(resource_type):
        return Change("replacement", name, f"{name} ({resource_type}) holds data and is removed", Bump.MAJOR)
    return Change("resource", name, f"{name} ({resource_type}) is removed", Bump.PATCH)


def _changed(name: str, deployments: Deployments, before: Declaration, after: Declaration) -> Iterator[Change]:
    pairs = deployments.resources(name)
    for old, new in pairs:
        yield from _replaced(name, old, new)
        yield from _undecidable(name, old, new)
        if is_stateful(new["Type"]):
            yield from _weaker_deletion_policy(name, old, new)
    if is_stateful(_type(after)) and deployments.may_be_missing(before, after):
        yield Change("replacement", name, f"{name} holds data and now depends on another condition", Bump.MAJOR)
    paths = list(dict.fromkeys(_different_paths(pairs)))
    existence = tuple(form.existence(side) for form, side in zip(deployments.forms, (before, after), strict=True))
    if not paths and canonical(existence[0]) != canonical(existence[1]):
        paths = ["Condition"]
    if paths:
        more = f" and {len(paths) - _MAX_PATHS} more" if len(paths) > _MAX_PATHS else ""
        yield Change("resource", name, f"{name} changes in {', '.join(paths[:_MAX_PATHS])}{more}", Bump.PATCH)


def _different_paths(pairs: tuple[Pair, ...]) -> Iterator[str]:
    for old, new in pairs:
        for path in different_paths(old, new):
            yield _path_with_values(path, old, new)


def _path_with_values(path: Path, old: Any, new: Any) -> str:
    """A path with both values, if they are short."""
    for step in path:
        old = old.get(step) if isinstance(old, dict) else None
        new = new.get(step) if isinstance(new, dict) else None
    name = ".".join(path).removeprefix("Properties.")
    if isinstance(old, (str, int)) and isinstance(new, (str, int)) and len(f"{old}{new}") <= _MAX_VALUE_LENGTH:
        return name if OTHER in f"{old}{new}" else f"{name} ({old} -> {new})"
    return name


def _replaced(name: str, old: Resource, new: Resource) -> Iterator[Change]:
    """CloudFormation replaces a resource when a create-only property changes; its data is lost."""
    before, after, resource_type = old["Properties"], new["Properties"], new["Type"]
    by_design = is_replaced_by_design(resource_type, before, after)
    for path in replacing_paths(resource_type):
        if is_changed_at(before, after, path):
            reason = "every change makes another one" if by_design else f"{'.'.join(path)} cannot change in place"
            text = f"{name} ({resource_type}) is replaced: {reason}"
            yield Change("replacement", name, text, Bump.PATCH if by_design else Bump.MAJOR)


def _undecidable(name: str, old: Resource, new: Resource) -> Iterator[Change]:
    """Changes of which a comparison cannot say what they do."""
    if is_opaque(new["Type"]) and _without_tags(old) != _without_tags(new):
        text = f"{name} ({new['Type']}) changes: what that replaces or removes inside cannot be compared"
        yield Change("replacement", name, text, Bump.MAJOR)
    if _macros(old) != _macros(new):
        yield Change("replacement", name, f"{name} has another macro: a macro can change every property", Bump.MAJOR)
    for attribute in sorted({*old, *new} - _ATTRIBUTES):
        if old.get(attribute) != new.get(attribute):
            text = f"{attribute} of {name} is no attribute of a resource that AWS documents"
            yield Change("replacement", name, text, Bump.MAJOR)
    if NO_ROW in leaves(new):
        text = f"{name} reads a map that has no row for a value that was accepted"
        yield Change("replacement", name, text, Bump.MAJOR)


def _macros(resource: Resource) -> list[str]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-transform.html"""
    return [canonical(value) for path, value in nodes(resource) if path[-1] == "Fn::Transform"]


def _without_tags(resource: Resource) -> Any:
    return {key: value for key, value in resource["Properties"].items() if key != "Tags"}


def _weaker_deletion_policy(name: str, old: Resource, new: Resource) -> Iterator[Change]:
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        before, after = _weakest_policy(old[attribute]), _weakest_policy(new[attribute])
        if POLICIES.index(after) < POLICIES.index(before):
            text = f"{attribute} of {name} is {after} instead of {before}: its data may be lost"
            yield Change("security", name, text, Bump.MAJOR)


def _weakest_policy(value: Any) -> str:
    """The policy that keeps least data; one that only a deployment decides may keep none."""
    policies = list(alternatives(value))
    return min((policy if policy in POLICIES else POLICIES[0] for policy in policies), key=POLICIES.index)
