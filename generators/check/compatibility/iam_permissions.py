"""Permissions that a version adds and denials that it removes. Pure.

Functions in a statement are compared as text, so a change that cannot be evaluated counts as a new permission.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generators.check.compatibility.change import Change, Template, canonical, nodes
from generators.cloudformation.handler_permissions import template_actions
from generators.release.version import Bump

LAUNCH_ROLE = "launch role"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one resource for one principal under one condition, each as JSON text."""

    action: str
    resource: str
    principal: str
    condition: str

    def covers(self, other: Grant) -> bool:
        """Whether this grant allows everything that the other one allows."""
        same = (self.principal, self.condition) == (other.principal, other.condition)
        covers_resource = self.resource in ('"*"', other.resource)
        return same and covers_resource and fnmatchcase(other.action.lower(), self.action.lower())

    @property
    def is_public(self) -> bool:
        """Whether every principal is allowed without a condition."""
        return not self.condition and self.principal in ('"*"', '{"AWS": "*"}')

    def __str__(self) -> str:
        return f"{self.action} on {_readable(self.resource)}" if self.resource else self.action


def policies(old: Template, new: Template) -> Iterator[Change]:
    """Changes in the permissions of the launch role and of every policy in the template."""
    yield from _launch_role(old, new)
    before, after = dict(_properties(old)), dict(_properties(new))
    for name in sorted({*before, *after}):
        yield from _permission_changes(name, before.get(name), after.get(name))


def _launch_role(old: Template, new: Template) -> Iterator[Change]:
    """Existing resources may need more permissions of the launch role; a new resource is a change of its own."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    existing = {"Resources": {name: resource for name, resource in after.items() if name in before}}
    added = sorted(template_actions(existing) - template_actions(old))
    if added:
        yield Change("policy", LAUNCH_ROLE, f"{LAUNCH_ROLE} may newly: {', '.join(added)}", Bump.MINOR)


def _permission_changes(name: str, old: Any, new: Any) -> Iterator[Change]:
    # The permissions of a new resource belong to the change that reports the resource.
    added = _uncovered(_grants(new, "Allow"), _grants(old, "Allow")) if old is not None else []
    public = [grant for grant in added if grant.is_public]
    if public:
        yield Change("security", name, f"{name} allows everybody: {_list(public)}", Bump.MAJOR)
    if added:
        yield Change("policy", name, f"{name} may newly: {_list(added)}", Bump.MINOR)
    removed = _uncovered(_grants(old, "Deny"), _grants(new, "Deny"))
    if removed:
        yield Change("security", name, f"{name} no longer denies: {_list(removed)}", Bump.MAJOR)


def _uncovered(grants: Iterator[Grant], others: Iterator[Grant]) -> list[Grant]:
    """The grants that no other one covers."""
    covering = set(others)
    return [grant for grant in sorted({*grants} - covering) if not any(other.covers(grant) for other in covering)]


def _properties(template: Template) -> Iterator[tuple[str, Any]]:
    for name, resource in template.get("Resources", {}).items():
        yield name, resource.get("Properties", {})


def _grants(value: Any, effect: str) -> Iterator[Grant]:
    for path, inner in nodes(value):
        if isinstance(inner, dict) and "Effect" in inner:
            yield from _statement_grants(inner, effect)
        elif effect == "Allow" and path[-1] == "ManagedPolicyArns":
            for arn in inner if isinstance(inner, list) else [inner]:
                yield Grant("all that the managed policy allows", canonical(arn), "", "")


def _statement_grants(statement: Mapping[str, Any], effect: str) -> Iterator[Grant]:
    if statement.get("Effect") != effect:
        return
    condition = canonical(statement["Condition"]) if "Condition" in statement else ""
    principal = next((canonical(statement[key]) for key in ("Principal", "NotPrincipal") if key in statement), "")
    principal = f"not {principal}" if "NotPrincipal" in statement else principal
    for action in _items(statement, "Action"):
        for resource in _items(statement, "Resource") or ("",):
            yield Grant(action.strip('"'), resource, principal, condition)


def _items(statement: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The items of Action or Resource; NotAction and NotResource are one item, because fewer names allow more."""
    if key in statement:
        value = statement[key]
        return tuple(canonical(item) for item in (value if isinstance(value, list) else [value]))
    return (f"all but {canonical(statement['Not' + key])}",) if "Not" + key in statement else ()


def _readable(text: str) -> str:
    """A resource for people: the text of Fn::Sub, the name of Ref, the two parts of Fn::GetAtt."""
    if not text.startswith(("{", '"')):
        return text
    value = json.loads(text)
    inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
    return ".".join(inner) if isinstance(inner, list) and all(isinstance(part, str) for part in inner) else str(inner)


def _list(grants: list[Grant]) -> str:
    return ", ".join(str(grant) for grant in grants)
