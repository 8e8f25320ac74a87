"""Who may do what: permissions that a version adds, and denials that it drops. Pure.

An intrinsic in a statement is compared as it is written, so a change that cannot be decided counts as a widening.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generators.check.compatibility.change import Change, Template, canonical, leaves
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
        """Whether this one already allows all that the other does."""
        same = (self.principal, self.condition) == (other.principal, other.condition)
        return same and fnmatchcase(other.action.lower(), self.action.lower()) and self._reaches(other.resource)

    def _reaches(self, resource: str) -> bool:
        return self.resource in ('"*"', resource)

    @property
    def is_public(self) -> bool:
        """Whether anybody in the world is allowed without a condition."""
        return not self.condition and self.principal in ('"*"', '{"AWS": "*"}')

    def __str__(self) -> str:
        return f"{self.action} on {_plain(self.resource)}" if self.resource else self.action


def policies(old: Template, new: Template) -> Iterator[Change]:
    """Permissions and denials of the launch role and of every policy inside the template."""
    yield from _launch_role(old, new)
    before, after = dict(_holders(old)), dict(_holders(new))
    for name in sorted({*before, *after}):
        yield from _wider(name, before.get(name), after.get(name))


def _launch_role(old: Template, new: Template) -> Iterator[Change]:
    """What stays in the new version may need more of the launch role; a new resource is reported as new."""
    had, has = old.get("Resources", {}), new.get("Resources", {})
    kept = {"Resources": {name: it for name, it in has.items() if name in had}}
    more = sorted(template_actions(kept) - template_actions(old))
    if more:
        yield Change("policy", LAUNCH_ROLE, f"{LAUNCH_ROLE} may newly: {', '.join(more)}", Bump.MINOR)


def _wider(name: str, old: Any, new: Any) -> Iterator[Change]:
    had, has = set(_grants(old, "Allow")), set(_grants(new, "Allow"))
    # What a new resource may do is part of that resource, which is reported as new.
    more = [it for it in sorted(has - had) if not any(own.covers(it) for own in had)] if old is not None else []
    public = [it for it in more if it.is_public]
    if public:
        yield Change("security", name, f"{name} allows everybody: {_shown(public)}", Bump.MAJOR)
    if more:
        yield Change("policy", name, f"{name} may newly: {_shown(more)}", Bump.MINOR)
    denied = set(_grants(new, "Deny"))
    dropped = [it for it in sorted(set(_grants(old, "Deny")) - denied) if not any(own.covers(it) for own in denied)]
    if dropped:
        yield Change("security", name, f"{name} no longer denies: {_shown(dropped)}", Bump.MAJOR)


def _holders(template: Template) -> Iterator[tuple[str, Any]]:
    for name, resource in template.get("Resources", {}).items():
        yield name, resource.get("Properties", {})


def _grants(value: Any, effect: str) -> Iterator[Grant]:
    for path, inner in leaves(value):
        if isinstance(inner, dict) and "Effect" in inner:
            yield from _statement(inner, effect)
        elif effect == "Allow" and path[-1] == "ManagedPolicyArns":
            for arn in inner if isinstance(inner, list) else [inner]:
                yield Grant("all that the managed policy allows", canonical(arn), "", "")


def _statement(statement: Mapping[str, Any], effect: str) -> Iterator[Grant]:
    if statement.get("Effect") != effect:
        return
    condition = canonical(statement["Condition"]) if "Condition" in statement else ""
    principal = next((canonical(statement[key]) for key in ("Principal", "NotPrincipal") if key in statement), "")
    principal = f"not {principal}" if "NotPrincipal" in statement else principal
    for action in _each(statement, "Action"):
        for resource in _each(statement, "Resource") or ("",):
            yield Grant(action.strip('"'), resource, principal, condition)


def _each(statement: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The items of Action or Resource; NotAction and NotResource stay whole, because less of them is more."""
    if key in statement:
        value = statement[key]
        return tuple(canonical(item) for item in (value if isinstance(value, list) else [value]))
    return (f"all but {canonical(statement['Not' + key])}",) if "Not" + key in statement else ()


def _plain(text: str) -> str:
    """A resource as people write it: the text of a Sub, the name of a Ref, the two parts of a GetAtt."""
    if not text.startswith(("{", '"')):
        return text
    value = json.loads(text)
    inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
    return ".".join(inner) if isinstance(inner, list) and all(isinstance(it, str) for it in inner) else str(inner)


def _shown(grants: list[Grant]) -> str:
    return ", ".join(str(it) for it in grants)
