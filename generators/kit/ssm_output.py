"""Values that this product hands over to others by SSM. Pure but for contracts.yaml."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.ssm import Parameter

from generators.config import contracts
from generators.errors import UserError
from generators.kit.ssm_input import contract_name
from generators.kit.tags import tag_values
from generators.release.build_context import current


def ssm_output(t: Template, scope: str, key: str, value: Any) -> Parameter:
    """The SSM parameter that carries this product's value; UserError when another is the contract's writer."""
    found = contracts.find(current().root, scope, key)
    writer = f"products/{current().product.replace('-', '_')}"
    if found.writer != writer:
        raise UserError(f"contract '{scope}.{key}' is written by {found.writer}; {writer} may only read it")
    return Parameter(
        f"{contract_name(scope, key)}Contract",
        Name=found.path,
        Type="String",
        Value=value,
        Description=found.description,
        Tags=tag_values(t),
    )
