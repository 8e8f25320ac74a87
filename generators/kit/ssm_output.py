"""Contracts that a template writes as SSM parameters. Pure but for contracts.yaml."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.ssm import Parameter

from generators.config import contracts
from generators.errors import UserError
from generators.kit.ssm_input import parameter_name
from generators.kit.tags import tag_values
from generators.release.build_context import current


def ssm_output(t: Template, scope: str, key: str, value: Any) -> Parameter:
    """The SSM parameter of a contract; UserError when this product is not the contract's writer."""
    entry = contracts.find(current().root, scope, key)
    writer = f"products/{current().product.replace('-', '_')}"
    if entry.writer != writer:
        raise UserError(f"contract '{scope}.{key}' is written by {entry.writer}; {writer} may only read it")
    return Parameter(
        f"{parameter_name(scope, key)}Contract",
        Name=entry.path,
        Type="String",
        Value=value,
        Description=entry.description,
        Tags=tag_values(t),
    )
