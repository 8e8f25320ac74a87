"""The example account with the roles beside people's that could be acted as. Reads files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generators.access import access_matrix, roles
from generators.access.access_matrix import AccountPolicies
from generators.access.analysis import product_roles
from generators.access.analysis.product_roles import Workload
from generators.access.roles import Role, Roles
from generators.launch_policy import lint
from generators.launch_policy.placeholders import EXAMPLE_VALUES
from generators.release import load

_MODULES = Path("terraform/modules")
_HERE = f"{access_matrix.REGION}:{access_matrix.ACCOUNT}"
_FIXER = "platform-fix-engineer"


@dataclass(frozen=True, slots=True)
class PlatformRole:
    """A role that a module makes in an account: the service that takes it on, and the one role beside it that may."""

    name: str
    service: str
    policy: str  # under terraform/modules
    taken_by: str = ""


_PLATFORM = (
    PlatformRole("mlops-promotion-source", "codebuild.amazonaws.com", "promotion_roles/policies/source.json"),
    PlatformRole("mlops-promotion-target", "", "promotion_roles/policies/target.json", "mlops-promotion-source"),
    PlatformRole("mlops-model-serving", "sagemaker.amazonaws.com", "model_hosting/policies/serving.json"),
    PlatformRole("mlops-break-glass", "states.amazonaws.com", "break_glass/policies/machine.json"),
    PlatformRole("mlops-break-glass-trigger", "events.amazonaws.com", "break_glass/policies/trigger.json"),
    PlatformRole("mlops-emr-service", "elasticmapreduce.amazonaws.com", "emr_roles/policies/service.json"),
    PlatformRole("mlops-emr-instance", "ec2.amazonaws.com", "emr_roles/policies/instance.json"),
    PlatformRole("mlops-emr-job", "emr-serverless.amazonaws.com", "emr_roles/policies/job.json", "mlops-emr-instance"),
)
# What works under a role and no product's template says so: what opens windows, and what the builds of a model write.
_WORKS = (
    Workload(f"arn:aws:states:{_HERE}:stateMachine:mlops-break-glass", access_matrix.arn("mlops-break-glass")),
    Workload(f"arn:aws:sagemaker:{_HERE}:pipeline/mlops-x-training-0a1b2c3d", access_matrix.arn("studio-developer")),
)


def with_services(root: Path) -> AccountPolicies:
    """The matrix's account, its launch roles, the roles of modules and of products, and what works under each."""
    account, products = access_matrix.read(root), product_roles.read(root)
    given = _Words(access_matrix.words(root))
    every = (*account.roles.all, *_service_roles(root, given), *products.roles)
    working = tuple(_working(role, (*products.works, *_WORKS)) for role in every)
    return replace(account, roles=Roles(working, account.roles.boundary))


class _Words(dict[str, str]):
    """A value that only one policy names is some name."""

    def __missing__(self, word: str) -> str:
        return _NAMED.get(word, "x")


_NAMED = {
    **EXAMPLE_VALUES,
    "role_arn": access_matrix.arn(_FIXER),
    "bound_arn": f"arn:aws:iam::{access_matrix.ACCOUNT}:policy/{_FIXER}",
    "targets": '["arn:aws:iam::999988887777:role/mlops-promotion-target"]',
    "instance_arn": access_matrix.arn("mlops-emr-instance"),
    "job_arn": access_matrix.arn("mlops-emr-job"),
    "account": _HERE,
    "name": "mlops-break-glass",
    "team": "scores",
    "development": access_matrix.ACCOUNT,
    "bucket": f"arn:aws:s3:::mlops-models-{access_matrix.ACCOUNT}-{access_matrix.REGION}",
}


def _service_roles(root: Path, given: Mapping[str, str]) -> Iterator[Role]:
    for it in _PLATFORM:
        yield _role(it.name, it.service, root / _MODULES / it.policy, given, it.taken_by)
    products = load.products(root)
    lint.require_valid(products)
    for product in products:
        yield _role(product.launch_role, "servicecatalog.amazonaws.com", product.folder / "launch_policy.json", given)


def _role(name: str, service: str, file: Path, given: Mapping[str, str], by: str = "") -> Role:
    statements: list[dict[str, Any]] = json.loads(roles.replaced(file.read_text("utf-8"), given))["Statement"]
    services = {"Principal": {"Service": service}, "Condition": {}}
    account = {"AWS": f"arn:aws:iam::{access_matrix.ACCOUNT}:root"}
    another = {"Principal": account, "Condition": {"ArnEquals": {"aws:PrincipalArn": access_matrix.arn(by)}}}
    ways = ([services] if service else []) + ([another] if by else [])
    trust = tuple({"Effect": "Allow", "Action": "sts:AssumeRole", **way} for way in ways)
    return Role(name, f"Works for {service or by}", "service role", "", (), tuple(statements), trust)


def _working(role: Role, works: tuple[Workload, ...]) -> Role:
    """The role with what works under it."""
    own = [work for work in works if work.role == access_matrix.arn(role.name)]
    code = dict.fromkeys(it for work in own for it in work.code)
    return replace(role, runs=tuple(work.arn for work in own), code=tuple(code))
