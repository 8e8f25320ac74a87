"""Permissions that a version adds and denials that it removes. Pure.

Functions in a statement are compared as text, so a change that cannot be evaluated counts as a new permission.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generators.check.compatibility.change import Change, canonical, nodes
from generators.check.compatibility.deployments import Deployments
from generators.cloudformation.handler_permissions import template_actions
from generators.cloudformation.normal_form import section
from generators.cloudformation.property_values import items
from generators.release.version import Bump

LAUNCH_ROLE = "launch role"
_EVERYBODY = '{"AWS": "*"}'


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one resource for one principal under one condition, each as JSON text."""

    action: str
    resource: str
    principal: str
    condition: str

    def covers(self, other: Grant) -> bool:
        """Whether this grant allows everything that the other one allows."""
        covers_condition = self.condition in ("", other.condition)
        return covers_condition and self.covers_without_condition(other)

    def covers_without_condition(self, other: Grant) -> bool:
        """Whether this grant allows as much when no condition counts."""
        covers_principal = self.principal in (_EVERYBODY, other.principal) and bool(
            self.principal or not other.principal
        )
        covers_resource = self.resource in ('"*"', other.resource)
        return covers_principal and covers_resource and fnmatchcase(other.action.lower(), self.action.lower())

    @property
    def is_public(self) -> bool:
        """Whether every principal, or all but some, are allowed without a condition."""
        return not self.condition and (self.principal == _EVERYBODY or self.principal.startswith("not "))

    def is_weaker_condition(self, other: Grant) -> bool:
        """Whether a resource or role that trusts a principal requires fewer conditions than the other grant does."""
        before, after = _required(other.condition), _required(self.condition)
        return bool(self.principal) and after < before

    def __str__(self) -> str:
        return f"{self.action} on {_readable(self.resource)}" if self.resource else self.action


def policies(deployments: Deployments) -> Iterator[Change]:
    """Changes in the permissions of the launch role and of every policy in the template."""
    yield from _launch_role(deployments)
    for name in deployments.names("Resources"):
        before, after = deployments.declarations("Resources", name)
        if before is not None and after is not None:
            for old, new in deployments.resources(name):
                yield from _permission_changes(name, old["Properties"], new["Properties"])
        elif before is not None:
            yield from _permission_changes(name, deployments.old_resources[name]["Properties"], {})


def public_grants(properties: Any) -> tuple[Grant, ...]:
    """What the policies in the properties of a resource allow everybody."""
    return tuple(grant for grant in sorted({*_grants(properties, "Allow")}) if grant.is_public)


def _launch_role(deployments: Deployments) -> Iterator[Change]:
    """Existing resources may need more permissions of the launch role; a new resource is a change of its own."""
    before, after = section(deployments.old, "Resources"), section(deployments.new, "Resources")
    existing = {"Resources": {name: resource for name, resource in after.items() if name in before}}
    added = sorted(template_actions(existing) - template_actions(deployments.old))
    if added:
        yield Change("policy", LAUNCH_ROLE, f"{LAUNCH_ROLE} may newly: {', '.join(added)}", Bump.MINOR)


def _permission_changes(name: str, old: Any, new: Any) -> Iterator[Change]:
    before = tuple(_grants(old, "Allow"))
    added = _uncovered(_grants(new, "Allow"), iter(before))
    if public := [grant for grant in added if grant.is_public]:
        yield Change("security", name, f"{name} allows everybody: {_list(public)}", Bump.MAJOR)
    weaker = [
        grant
        for grant in added
        if any(grant.is_weaker_condition(other) and grant.covers_without_condition(other) for other in before)
    ]
    if weaker:
        yield Change("security", name, f"{name} requires fewer conditions for {_list(weaker)}", Bump.MAJOR)
    if added:
        yield Change("policy", name, f"{name} may newly: {_list(added)}", Bump.MINOR)
    removed = _uncovered(_grants(old, "Deny"), _grants(new, "Deny"))
    if removed:
        yield Change("security", name, f"{name} no longer denies: {_list(removed)}", Bump.MAJOR)


def _uncovered(grants: Iterator[Grant], others: Iterator[Grant]) -> list[Grant]:
    """The grants that no other one covers."""
    covering = set(others)
    return [grant for grant in sorted({*grants} - covering) if not any(other.covers(grant) for other in covering)]


def _grants(value: Any, effect: str) -> Iterator[Grant]:
    for path, inner in nodes(value):
        if isinstance(inner, dict) and "Effect" in inner:
            yield from _statement_grants(inner, effect)
        elif effect == "Allow" and path[-1] == "ManagedPolicyArns":
            for arn in items(inner):
                yield Grant("all that the managed policy allows", canonical(arn), "", "")


def _statement_grants(statement: Mapping[str, Any], effect: str) -> Iterator[Grant]:
    if statement.get("Effect") != effect:
        return
    condition = canonical(statement["Condition"]) if "Condition" in statement else ""
    for principal in _principals(statement):
        for action in _items(statement, "Action"):
            for resource in _items(statement, "Resource") or ("",):
                yield Grant(action.strip('"'), resource, principal, condition)


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    """Each principal of a statement; NotPrincipal is one, because fewer names allow more; "" without any."""
    if "NotPrincipal" in statement:
        yield f"not {canonical(statement['NotPrincipal'])}"
        return
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        yield "" if principal is None else canonical(principal)
        return
    for kind, names in principal.items():
        for name in items(names):
            yield canonical({kind: name})


def _items(statement: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The items of Action or Resource; NotAction and NotResource are one item, because fewer names allow more."""
    if key in statement:
        return tuple(map(canonical, items(statement[key])))
    return (f"all but {canonical(statement['Not' + key])}",) if "Not" + key in statement else ()


def _required(condition: str) -> frozenset[tuple[str, str, str]]:
    """The operator, key and values of each condition; all of them must hold."""
    operators = json.loads(condition) if condition else {}
    return frozenset(
        (operator, key, canonical(values))
        for operator, keys in (operators.items() if isinstance(operators, dict) else ())
        for key, values in (keys.items() if isinstance(keys, dict) else (("", keys),))
    )


def _readable(text: str) -> str:
    """A resource for people: the text of Fn::Sub, the name of Ref, the two parts of Fn::GetAtt."""
    if not text.startswith(("{", '"')):
        return text
    value = json.loads(text)
    inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
    return ".".join(inner) if isinstance(inner, list) and all(isinstance(part, str) for part in inner) else str(inner)


def _list(grants: list[Grant]) -> str:
    return ", ".join(str(grant) for grant in grants)
