"""Values of the contract's SSM parameters, as launch policies need them. Data and templates.

Parameters that Terraform writes have placeholders or fixed names; parameters that a product writes have the value in
its newest frozen template.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generators.cloudformation.resolver import TemplateResolver
from generators.cloudformation.resource import strings_at
from generators.cloudformation.template_format import declarations
from generators.config import contracts, repository
from generators.release import load, versions_folder
from generators.release.model import Product

_ROLE = "arn:${partition}:iam::${account_id}:role/"
# scope.key -> value; a parameter without a row is `*`.
_TERRAFORM_VALUES = {
    "spoke.data_key_arn": "${data_key_arn}",
    "spoke.logs_key_arn": "arn:${partition}:kms:${region}:${account_id}:key/*",
    "spoke.permissions_boundary_arn": "${permissions_boundary_arn}",
    "hub.release_bucket": "${name_prefix}-releases-*",
    "spoke.developer_execution_role_arn": f"{_ROLE}studio-developer",
    "spoke.model_approver_execution_role_arn": f"{_ROLE}studio-model-approver",
    "spoke.promotion_role_arn": f"{_ROLE}${{name_prefix}}-promotion-source",
    "spoke.cluster_service_role_arn": f"{_ROLE}${{name_prefix}}-emr-service",
    "spoke.cluster_instance_profile": f"{_ROLE}${{name_prefix}}-emr-instance",  # the profile and its role share a name
}


def contract_values(root: Path) -> Mapping[str, str]:
    """SSM path -> value."""
    scopes = contracts.read(root)
    values = {
        contract.path: _TERRAFORM_VALUES[f"{scope}.{key}"]
        for scope, entries in scopes.items()
        for key, contract in entries.items()
        if f"{scope}.{key}" in _TERRAFORM_VALUES
    }
    writers = {contract.writer for entries in scopes.values() for contract in entries.values()}
    products = sorted(writer for writer in writers if writer.startswith("products/") and (root / writer).is_dir())
    for writer in products:
        product = load.product(root, Path(writer).name)
        values |= dict(_product_values(product, values, repository.platform(root).name_prefix))
    return values


def _product_values(product: Product, values: Mapping[str, str], name_prefix: str) -> Iterator[tuple[str, str]]:
    """Name and value of the SSM parameters in a product's newest frozen template."""
    for release in versions_folder.releases(product)[-1:]:
        template: dict[str, Any] = json.loads(release.body)
        resolver = TemplateResolver(template, values, name_prefix)
        for resource in declarations(template, "Resources").values():
            if resource["Type"] == "AWS::SSM::Parameter":
                properties = resource.get("Properties", {})
                value = resolver.value(properties.get("Value"))
                yield str(properties.get("Name", "")), (strings_at(value) or ("*",))[0]
