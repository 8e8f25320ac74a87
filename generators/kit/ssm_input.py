"""Contracts that a template reads as SSM parameters. Adds parameters to the template; reads contracts.yaml."""

from __future__ import annotations

from troposphere import Ref, Template

from generators.config import contracts
from generators.kit.parameters import add_parameter
from generators.release.build_context import current

GROUP = "Set by the platform: leave as it is"


def contract(t: Template, scope: str, key: str) -> Ref:
    """The value of a contract; UserError when contracts.yaml has no such contract.

    It is a parameter with a value from SSM, whose only allowed value is the contract's path, so that users cannot
    choose another one.
    """
    entry = contracts.find(current().root, scope, key)
    name = parameter_name(scope, key)
    if name in t.parameters:
        return Ref(name)
    return add_parameter(
        t,
        GROUP,
        entry.description,
        name,
        Type=f"AWS::SSM::Parameter::Value<{entry.type}>",
        Default=entry.path,
        AllowedValues=[entry.path],
        Description=entry.description,
        ConstraintDescription="is given by the platform and cannot be changed",
    )


def parameter_name(scope: str, key: str) -> str:
    """The parameter's name: SpokeVpcId for spoke.vpc_id."""
    return "".join(part.capitalize() for part in f"{scope}_{key}".split("_"))
