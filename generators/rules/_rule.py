"""Base class of the platform's cfn-lint rules, and the checks that several of them share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from generators.cloudformation.intrinsics import function_call
from generators.rules._property_values import Path, PropertyValue, UnreadableValue
from generators.rules._template import Resource, Template

Problems = Iterator[tuple[Path, str]]  # path inside the resource, message


_MAX_TARGET = 60  # characters
_TYPES: dict[str, Any] = {
    "a boolean": bool,
    "a number": (int, float),
    "a text": str,
    "a list": (list, tuple),
    "an object": Mapping,
}


class PlatformRule(CloudFormationLintRule):
    """A rule on resources of some types, or of all types when `types` is empty.

    `controls` are numbers of terraform/controls.yaml; `security_hub_ids` are the controls of AWS Security Hub that
    these controls answer.
    """

    types: ClassVar[tuple[str, ...]] = ()
    controls: ClassVar[tuple[int, ...]] = ()
    security_hub_ids: ClassVar[tuple[str, ...]] = ()
    tags = ["platform"]

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Called by cfn-lint."""
        template = Template(cfn.template)
        return [
            RuleMatch(["Resources", resource.name, *path], message)
            for resource in template.resources(*self.types)
            for path, message in dict.fromkeys(self._problems(resource, template))
        ]

    def _problems(self, resource: Resource, template: Template) -> Problems:
        """The problems of a resource; the first value that cannot be read is the last of them."""
        try:
            yield from self.evaluate(resource, template)
        except UnreadableValue as error:
            yield unresolved(error.prop, _name(error.prop.path))

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        """Problems of a resource; each message says what is wrong and names the fix."""
        raise TypeError(f"{type(self).__name__} judges nothing: write evaluate()")


def unresolved(prop: PropertyValue, what: str) -> tuple[Path, str]:
    """The problem of a value that an intrinsic function or an unexpected type hides."""
    obstacle = prop.obstacle or _obstacle(prop.value)
    return prop.path, f"cannot decide: {what} hides behind {obstacle}; write the value itself"


def _obstacle(value: Any) -> str:
    """An intrinsic function's name and target, or the type of another value, short enough for a message."""
    call = function_call(value)
    if call is None:
        return next((noun for noun, kind in _TYPES.items() if isinstance(value, kind)), "no value")
    name, target = call
    return f"{name} {target}" if isinstance(target, str) and len(target) < _MAX_TARGET else str(name)


def _name(path: Path) -> str:
    """The last property of a path."""
    return next((part for part in reversed(path) if isinstance(part, str) and not part.startswith("Fn::")), "a value")


def require_value(template: Template, prop: PropertyValue, what: str, *accepted: str) -> Problems:
    """Demand one of the accepted values, for every value that a user can choose."""
    fix = " or ".join(accepted)
    possible = None if not prop.reached else template.possible_values(prop.value)
    if prop.missing:
        yield prop.path, f"{what} is not set; set it to {fix}"
    elif possible is None:
        yield unresolved(prop, what)
    elif refused := [value for value in possible if value not in accepted]:
        yield prop.path, f"{what} may be {', '.join(refused)}; set it to {fix}"


def require_contract(template: Template, prop: PropertyValue, what: str, *keys: str) -> Problems:
    """Demand a value from one of these contracts, not a literal or a user's parameter."""
    fix = f"take it from the contract {' or '.join(keys)}"
    if prop.missing:
        yield prop.path, f"{what} is not set; {fix}"
    elif prop.reached and template.contract(prop.value) in keys:
        return
    elif prop.unresolved and not template.is_parameter(prop.value) and not template.contract(prop.value):
        yield unresolved(prop, what)
    else:
        yield prop.path, f"{what} is not the platform's own; {fix}"
