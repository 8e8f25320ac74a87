"""Values that others hand over by SSM. Adds parameters to the template; reads contracts.yaml."""

from __future__ import annotations

from troposphere import Ref, Template

from generators.config import contracts
from generators.kit.parameters import add_parameter
from generators.release.build_context import current

GROUP = "Set by the platform: leave as it is"


def contract(t: Template, scope: str, key: str) -> Ref:
    """The value of a contract; UserError when contracts.yaml does not know it.

    It becomes a parameter that SSM fills. Its only allowed value is the contract's own path, so that nobody can point
    a product at a value of their own making.
    """
    found = contracts.find(current().root, scope, key)
    name = contract_name(scope, key)
    if name in t.parameters:
        return Ref(name)
    return add_parameter(
        t,
        GROUP,
        found.description,
        name,
        Type=f"AWS::SSM::Parameter::Value<{found.type}>",
        Default=found.path,
        AllowedValues=[found.path],
        Description=found.description,
        ConstraintDescription="is given by the platform and cannot be changed",
    )


def contract_name(scope: str, key: str) -> str:
    """The parameter's name: SpokeVpcId for spoke.vpc_id."""
    return "".join(word.capitalize() for word in f"{scope}_{key}".split("_"))
