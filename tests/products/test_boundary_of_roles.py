"""The roles of products and of jobs under the permissions boundary: whether they hold what AWS asks.

What AWS asks is data of the embedded AWS (services/*/requirements.yaml); no policy is derived from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generators.access import access_matrix
from generators.access.roles import Role
from generators.iam.authorization import authorize
from generators.iam.conditions import Context
from generators.iam.evaluation import AuthorizationRequest
from scripts.localaws.services.iam.authorization.requirement_functions import Scope
from scripts.localaws.services.iam.authorization.requirement_table import CALLER, Permission, tables
from tests.products.test_job_roles import JOB_ROLES, JobRole, each_job

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = access_matrix.read(ROOT)
VALUES = access_matrix.example_values(ROOT)
OWN, HUB, REGION, KEY = (VALUES[name] for name in ("account_id", "hub_id", "region", "data_key_arn"))
_NETWORK = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
_IMAGE = f"{HUB}.dkr.ecr.{REGION}.amazonaws.com/mlops/training@sha256:0"
_BUCKET = f"s3://mlops-churn-data-{OWN}-1a2b3c4d"
_ROLE = f"arn:aws:iam::{OWN}:role/studio-developer"
# Requests as a team's training pipeline sends them.
REQUESTS: dict[str, dict[str, Any]] = {
    "CreateProcessingJob": {
        "ProcessingJobName": "pipelines-1-check-2",
        "RoleArn": _ROLE,
        "AppSpecification": {"ImageUri": _IMAGE},
        "NetworkConfig": {"VpcConfig": _NETWORK},
        "ProcessingResources": {"ClusterConfig": {"VolumeKmsKeyId": KEY}},
        "ProcessingInputs": [{"S3Input": {"S3Uri": f"{_BUCKET}/train"}}],
        "ProcessingOutputConfig": {"KmsKeyId": KEY, "Outputs": [{"S3Output": {"S3Uri": f"{_BUCKET}/checked"}}]},
        "Tags": [{"Key": "sagemaker:pipeline-arn", "Value": "x"}],
    },
    "CreateTrainingJob": {
        "TrainingJobName": "pipelines-1-train-2",
        "RoleArn": _ROLE,
        "AlgorithmSpecification": {"TrainingImage": _IMAGE},
        "VpcConfig": _NETWORK,
        "ResourceConfig": {"VolumeKmsKeyId": KEY},
        "InputDataConfig": [{"DataSource": {"S3DataSource": {"S3Uri": f"{_BUCKET}/train"}}}],
        "OutputDataConfig": {"KmsKeyId": KEY, "S3OutputPath": f"{_BUCKET}/models"},
        "Tags": [{"Key": "sagemaker:pipeline-arn", "Value": "x"}],
    },
    "CreateModel": {
        "ModelName": "churn",
        "ExecutionRoleArn": _ROLE,
        "PrimaryContainer": {"Image": _IMAGE, "ModelDataUrl": f"{_BUCKET}/models/model.tar.gz"},
        "Tags": [{"Key": "sagemaker:pipeline-arn", "Value": "x"}],
    },
    "CreateModelPackageGroup": {"ModelPackageGroupName": "risk-churn", "Tags": [{"Key": "a", "Value": "b"}]},
    "CreateModelPackage": {
        "ModelPackageGroupName": "risk-churn",
        "InferenceSpecification": {"Containers": [{"ModelDataUrl": f"{_BUCKET}/models/model.tar.gz"}]},
        "Tags": [{"Key": "a", "Value": "b"}],
    },
    "CreateSpace": {"DomainId": "d-1", "SpaceName": "mine", "Tags": [{"Key": "sagemaker:domain-arn", "Value": "x"}]},
    "CreateApp": {
        "DomainId": "d-1", "SpaceName": "mine", "AppType": "JupyterLab", "AppName": "default",
        "Tags": [{"Key": "sagemaker:domain-arn", "Value": "x"}],
    },
}  # fmt: skip
# The grant that a service makes with the caller's own permissions: requirements.py
_FORWARDED = {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com", "kms:GrantIsForAWSResource": "true"}
STUDIO_APP = Permission(
    ("CreateApp",), "kms:CreateGrant", "DG sagemaker-roles, CreateDomain", (KEY,), values=_FORWARDED
)


def required() -> Iterator[tuple[str, Permission]]:
    """Every row of SageMaker's table about a request of a training pipeline or of Studio, and the key of Studio."""
    for operation in REQUESTS:
        yield from ((operation, row) for row in tables()["sagemaker"].permissions if operation in row.operations)
    yield "CreateApp", STUDIO_APP


def requests(operation: str, row: Permission, role: Role) -> Iterator[AuthorizationRequest]:
    scope = Scope("sagemaker", operation, REQUESTS[operation], OWN, REGION)
    context = {key: text for key, template in row.values.items() for text in scope.fill(template)}
    context |= {"aws:ResourceAccount": OWN}
    context |= _FORWARDED if row.action == "kms:CreateGrant" and CALLER in row.principals else {}
    for template in row.resources:
        for arn in scope.fill(template):
            yield access_matrix.authorization_request(role, row.action, arn, context)


@pytest.mark.parametrize(
    ("operation", "row"), list(required()), ids=lambda value: value if isinstance(value, str) else value.action
)
def test_a_developers_pipelines_and_studio_have_what_aws_asks(operation: str, row: Permission) -> None:
    role = ACCOUNT.roles["studio-developer"]
    verdicts = [authorize(request, ACCOUNT.policies(role)) for request in requests(operation, row, role)]
    assert [verdict.reason for verdict in verdicts if not verdict.allowed] == []


def test_a_tag_at_creation_is_no_change_of_tags() -> None:
    role = ACCOUNT.roles["studio-developer"]
    arn = f"arn:aws:sagemaker:{REGION}:{OWN}:user-profile/d-1/someone"
    request = access_matrix.authorization_request(role, "sagemaker:AddTags", arn, {})
    assert not authorize(request, ACCOUNT.policies(role)).allowed


@each_job
def test_the_boundary_leaves_a_role_what_its_policies_grant(job: JobRole) -> None:
    """An action that the boundary denies is granted in vain."""
    role = ACCOUNT.roles["product-role"]
    denied = [action for action in sorted(job.allowed) if not _is_allowed_somewhere(action, role)]
    assert denied == []


def _is_allowed_somewhere(action: str, role: Role) -> bool:
    """Whether the boundary allows the action on any resource, under any condition."""
    principal = access_matrix.role_arn(role.name)
    values = {"aws:principalarn": (principal,), "aws:requestedregion": (REGION,)}
    context = Context(values, lambda key: key in values)
    request = AuthorizationRequest(action.replace("*", "Any"), None, context, {"AWS": (principal,)}, OWN)
    return authorize(request, ACCOUNT.policies(role)).allowed


@pytest.mark.parametrize("name", ["ModelRole", "MonitorRole"])
def test_the_roles_of_containers_hold_what_sagemaker_asks(name: str) -> None:
    """MonitorRole runs processing jobs, ModelRole models and transform jobs."""
    (job,) = [job for job in JOB_ROLES if job.role == name]
    operations = {"MonitorRole": "CreateProcessingJob", "ModelRole": "CreateTransformJob"}
    rows = [row for row in tables()["sagemaker"].permissions if operations[name] in row.operations]
    actions = {row.action for row in rows if row.principals != (CALLER,)}
    assert sorted(actions - job.allowed) == []
