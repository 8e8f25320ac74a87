"""All roles of an example account, with those of Terraform modules, launches and products. Reads files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generators.access import access_matrix, roles
from generators.access.access_matrix import AccountPolicies
from generators.access.analysis import product_roles
from generators.access.analysis.product_roles import Workload
from generators.access.roles import Role, Roles
from generators.config import json_reader, text_file
from generators.launch_policy import lint
from generators.launch_policy.placeholders import EXAMPLE_VALUES
from generators.release import load

_MODULES = Path("terraform/modules")
_HERE = f"{access_matrix.REGION}:{access_matrix.ACCOUNT}"
_FIX_ENGINEER = "platform-fix-engineer"


@dataclass(frozen=True, slots=True)
class PlatformRole:
    """A role that a Terraform module creates: the service that it trusts, and the one role that may assume it."""

    name: str
    service: str
    policy: str  # under terraform/modules
    trusted_role: str = ""


_PLATFORM_ROLES = (
    PlatformRole("mlops-promotion-source", "codebuild.amazonaws.com", "promotion_roles/policies/source.json"),
    PlatformRole("mlops-promotion-target", "", "promotion_roles/policies/target.json", "mlops-promotion-source"),
    PlatformRole("mlops-model-serving", "sagemaker.amazonaws.com", "model_hosting/policies/serving.json"),
    PlatformRole("mlops-break-glass", "states.amazonaws.com", "break_glass/policies/machine.json"),
    PlatformRole("mlops-break-glass-trigger", "events.amazonaws.com", "break_glass/policies/trigger.json"),
    PlatformRole("mlops-emr-service", "elasticmapreduce.amazonaws.com", "emr_roles/policies/service.json"),
    PlatformRole("mlops-emr-instance", "ec2.amazonaws.com", "emr_roles/policies/instance.json"),
    PlatformRole("mlops-emr-job", "emr-serverless.amazonaws.com", "emr_roles/policies/job.json", "mlops-emr-instance"),
)
# Workloads that no product's template declares: the break-glass state machine, and the pipeline that a model's builds
# create.
_WORKLOADS = (
    Workload(f"arn:aws:states:{_HERE}:stateMachine:mlops-break-glass", access_matrix.role_arn("mlops-break-glass")),
    Workload(
        f"arn:aws:sagemaker:{_HERE}:pipeline/mlops-x-training-0a1b2c3d", access_matrix.role_arn("studio-developer")
    ),
)
_VALUES = {
    **EXAMPLE_VALUES,
    "role_arn": access_matrix.role_arn(_FIX_ENGINEER),
    "bound_arn": f"arn:aws:iam::{access_matrix.ACCOUNT}:policy/{_FIX_ENGINEER}",
    "targets": '["arn:aws:iam::999988887777:role/mlops-promotion-target"]',
    "instance_arn": access_matrix.role_arn("mlops-emr-instance"),
    "job_arn": access_matrix.role_arn("mlops-emr-job"),
    "account": _HERE,
    "name": "mlops-break-glass",
    "team": "scores",
    "development": access_matrix.ACCOUNT,
    "bucket": f"arn:aws:s3:::mlops-models-{access_matrix.ACCOUNT}-{access_matrix.REGION}",
}


class _Values(dict[str, str]):
    """The account's values for placeholders; "x" for one that a single policy uses."""

    def __missing__(self, name: str) -> str:
        return _VALUES.get(name, "x")


def read(root: Path) -> AccountPolicies:
    """The account of the access matrix with all its roles, each with the workloads that run as it."""
    account, products = access_matrix.read(root), product_roles.read(root)
    service_roles = _service_roles(root, _Values(access_matrix.example_values(root)))
    workloads = (*products.workloads, *_WORKLOADS)
    all_roles = tuple(
        _with_workloads(role, workloads) for role in (*account.roles.all, *service_roles, *products.roles)
    )
    return replace(account, roles=Roles(all_roles, account.roles.boundary))


def _service_roles(root: Path, values: Mapping[str, str]) -> Iterator[Role]:
    for role in _PLATFORM_ROLES:
        yield _role(role.name, role.service, root / _MODULES / role.policy, values, role.trusted_role)
    products = load.products(root)
    lint.require_valid(products)
    for product in products:
        policy = product.folder / "launch_policy.json"
        yield _role(product.launch_role, "servicecatalog.amazonaws.com", policy, values)


def _role(name: str, service: str, policy: Path, values: Mapping[str, str], trusted_role: str = "") -> Role:
    text = roles.substitute(text_file.read(policy, policy.name), values)
    statements: list[dict[str, Any]] = json_reader.parse(text, policy.name)["Statement"]
    by_service = {"Principal": {"Service": service}, "Condition": {}}
    account = {"AWS": f"arn:aws:iam::{access_matrix.ACCOUNT}:root"}
    arn = access_matrix.role_arn(trusted_role)
    by_role = {"Principal": account, "Condition": {"ArnEquals": {"aws:PrincipalArn": arn}}}
    principals = ([by_service] if service else []) + ([by_role] if trusted_role else [])
    trust = tuple({"Effect": "Allow", "Action": "sts:AssumeRole", **principal} for principal in principals)
    return Role(name, f"Works for {service or trusted_role}", "service role", "", (), tuple(statements), trust)


def _with_workloads(role: Role, workloads: tuple[Workload, ...]) -> Role:
    own = [workload for workload in workloads if workload.role == access_matrix.role_arn(role.name)]
    locations = dict.fromkeys(location for workload in own for location in workload.code_locations)
    return replace(role, workloads=tuple(workload.arn for workload in own), code_locations=tuple(locations))
