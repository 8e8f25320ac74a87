"""Values that this product hands over to others by SSM. Pure but for contracts.yaml."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.ssm import Parameter

from generators.catalog import contracts
from generators.catalog.building import current
from generators.catalog.model import CatalogError
from generators.kit.contract import contract_name
from generators.kit.tags import tag_values


def hand_over(t: Template, scope: str, key: str, value: Any) -> Parameter:
    """The SSM parameter that carries this product's value; CatalogError when another is the contract's writer."""
    found = contracts.find(current().root, scope, key)
    writer = f"products/{current().product.replace('-', '_')}"
    if found.writer != writer:
        raise CatalogError(f"contract '{scope}.{key}' is written by {found.writer}; {writer} may only read it")
    return Parameter(
        f"{contract_name(scope, key)}Contract",
        Name=found.path,
        Type="String",
        Value=value,
        Description=found.description,
        Tags=tag_values(t),
    )
