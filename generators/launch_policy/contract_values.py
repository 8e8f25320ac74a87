"""What a contract's value says of the resource that it names, for the policies of those who use it. Data and templates.

Terraform's values are placeholders that it fills in, or names that it gives; a product's is what its template says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generators.cloudformation.resolver import TemplateResolver
from generators.cloudformation.resource import strings_at
from generators.config import contracts, repository
from generators.release import load, versions_folder
from generators.release.model import Product

_ROLE = "arn:${partition}:iam::${account_id}:role/"
# scope.key -> its text; a contract without a row is `*`.
_SAID = {
    "spoke.data_key_arn": "${data_key_arn}",
    "spoke.logs_key_arn": "arn:${partition}:kms:${region}:${account_id}:key/*",
    "spoke.permissions_boundary_arn": "${permissions_boundary_arn}",
    "hub.release_bucket": "${name_prefix}-releases-*",
    "spoke.developer_execution_role_arn": f"{_ROLE}studio-developer",
    "spoke.model_approver_execution_role_arn": f"{_ROLE}studio-model-approver",
    "spoke.promotion_role_arn": f"{_ROLE}${{name_prefix}}-promotion-source",
    "spoke.cluster_service_role_arn": f"{_ROLE}${{name_prefix}}-emr-service",
    "spoke.cluster_instance_profile": f"{_ROLE}${{name_prefix}}-emr-instance",  # the profile's role has its name
}


def contract_values(root: Path) -> Mapping[str, str]:
    """SSM path -> what its value looks like."""
    known = contracts.read(root)
    said = {
        contract.path: _SAID[f"{scope}.{key}"]
        for scope, entries in known.items()
        for key, contract in entries.items()
        if f"{scope}.{key}" in _SAID
    }
    writers = {contract.writer for entries in known.values() for contract in entries.values()}
    prefix = repository.platform(root).name_prefix
    for writer in sorted(it for it in writers if it.startswith("products/") and (root / it).is_dir()):
        said |= dict(_written(load.product(root, Path(writer).name), said, prefix))
    return said


def _written(product: Product, said: Mapping[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    """The parameters that a product's newest frozen template writes."""
    for release in versions_folder.releases(product)[-1:]:
        template: dict[str, Any] = json.loads(release.body)
        wording = TemplateResolver(template, said, prefix)
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::SSM::Parameter":
                own = resource["Properties"]
                yield str(own.get("Name", "")), (strings_at(wording.value(own.get("Value"))) or ("*",))[0]
