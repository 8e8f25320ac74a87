"""Checks on the account's network that several rules share. Pure."""

from __future__ import annotations

from typing import Any

from generators.cloudformation.intrinsics import function_call
from generators.rules._property_values import PropertyValue
from generators.rules._rule import Problems, require_contract, unresolved
from generators.rules._template import Template, logical_id


def require_security_group(template: Template, prop: PropertyValue) -> Problems:
    """Demand a security group of the account, or of the template itself."""
    own_groups = {group.name for group in template.resources("AWS::EC2::SecurityGroup")}
    if not prop.reached or (prop.unresolved and not logical_id(prop.value)):
        yield unresolved(prop, "the security group")
    elif logical_id(prop.value) not in own_groups:
        yield from require_contract(
            template,
            prop,
            "the security group",
            "spoke.security-group-id",
            "spoke.endpoint-security-group-id",
            "studio.cluster-group-id",
        )


def require_subnets(template: Template, prop: PropertyValue, what: str) -> Problems:
    """Demand the account's subnets, or a selection of them."""
    for value in prop.value if isinstance(prop.value, list) else [prop.value]:
        source = PropertyValue(prop.path, _source(value), prop.reached)
        yield from require_contract(template, source, what, "spoke.subnet-ids")


def _source(value: Any) -> Any:
    """The list of Fn::Select or Fn::Join; other values unchanged."""
    match function_call(value):
        case "Fn::Select" | "Fn::Join", [_, source]:
            return source
    return value
