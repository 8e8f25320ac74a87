"""What every rule shares: how it is told a resource and how it answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from generators.rule_metadata import numbers
from generators.rules._property_values import Path, PropertyValue
from generators.rules._template import Resource, Template

Verdicts = Iterator[tuple[Path, str]]


class PlatformRule(CloudFormationLintRule):
    """A rule over resources of some types. Its docstring is its reason; `judge` yields what is wrong and where.

    The docstring names the controls that the rule enforces, Security Hub's ids in brackets: Control 49 [S3.8].
    """

    types: ClassVar[tuple[str, ...]] = ()
    controls: ClassVar[tuple[int, ...]] = ()
    tags = ["platform"]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.description = " ".join((cls.__doc__ or "").split())
        cls.shortdesc = (cls.__doc__ or "").strip().splitlines()[0]
        cls.controls = numbers(cls.description)
        cls.source_url = next((word for word in cls.description.split() if word.startswith("https://")), "")

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Called by cfn-lint."""
        template = Template(cfn.template)
        return [
            RuleMatch(["Resources", resource.name, *path], message)
            for resource in template.resources(*self.types)
            for path, message in dict.fromkeys(self.judge(resource, template))
        ]

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Path inside the resource, and a message that says what is wrong and names the fix."""
        raise TypeError(f"{type(self).__name__} judges nothing: write judge()")


def undecided(place: PropertyValue, what: str) -> tuple[Path, str]:
    """The verdict on something that an intrinsic function hides."""
    return place.path, f"cannot decide: {what} hides behind {shown(place.value)}; write the value itself"


def shown(value: Any) -> str:
    """The function's name and target, short enough for a message."""
    name, target = next(iter(value.items()))
    return f"{name} {target}" if isinstance(target, str) and len(target) < 60 else str(name)


def must_be(template: Template, place: PropertyValue, what: str, *accepted: str) -> Verdicts:
    """One of the accepted values, whichever allowed value a user chooses."""
    wish = " or ".join(accepted)
    possible = None if not place.reached else template.possible(place.value)
    if place.missing:
        yield place.path, f"{what} is not set; set it to {wish}"
    elif possible is None:
        yield undecided(place, what)
    elif wrong := [it for it in possible if it not in accepted]:
        yield place.path, f"{what} may be {', '.join(wrong)}; set it to {wish}"


def must_be_contract(template: Template, place: PropertyValue, what: str, *keys: str) -> Verdicts:
    """A value that the platform hands over, never one that somebody typed or wrote down."""
    fix = f"take it from the contract {' or '.join(keys)}"
    if place.missing:
        yield place.path, f"{what} is not set; {fix}"
    elif place.reached and template.contract(place.value) in keys:
        return
    elif place.undecided and not template.is_parameter(place.value) and not template.contract(place.value):
        yield undecided(place, what)
    else:
        yield place.path, f"{what} is not the platform's own; {fix}"
