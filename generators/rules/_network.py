"""The account's own network, as several rules ask for it. Pure."""

from __future__ import annotations

from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import Verdicts, must_be_contract, undecided
from generators.rules._template import Template, referenced


def must_be_group(template: Template, place: PropertyValue) -> Verdicts:
    """A security group of the account or one that the product makes."""
    made_here = {group.name for group in template.resources("AWS::EC2::SecurityGroup")}
    if not place.reached or (place.undecided and not referenced(place.value)):
        yield undecided(place, "the security group")
    elif referenced(place.value) not in made_here:
        yield from must_be_contract(
            template,
            place,
            "the security group",
            "spoke.security-group-id",
            "spoke.endpoint-security-group-id",
            "studio.cluster-group-id",
        )


def must_be_subnets(template: Template, place: PropertyValue, what: str) -> Verdicts:
    """The account's subnets: all of them, or some that are selected from them."""
    for value in place.value if isinstance(place.value, list) else [place.value]:
        yield from must_be_contract(
            template, PropertyValue(place.path, _source(value), place.reached), what, "spoke.subnet-ids"
        )


def _source(value: Any) -> Any:
    """The list from which Fn::Select takes one, or of which Fn::Join makes a text."""
    if is_intrinsic(value) and {"Fn::Select", "Fn::Join"} & set(value):
        return next(iter(value.values()))[1]
    return value
