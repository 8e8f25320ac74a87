"""An account with the resources that the calls of requirement_calls.py name."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.localaws.conftest import REGION, Aws
from tests.localaws.requirement_calls import CALLS, DOMAIN, PREREQUISITES
from tests.localaws.requirement_other_calls import EMPTY_ARCHIVE, PIPELINE, PROJECT
from tests.localaws.test_sts import make_role, trust

_NUMBERS = itertools.count()
_SERVICES = "sagemaker lambda codebuild codepipeline"


@dataclass
class Requirements:
    """An account with a key, a network, a bucket, an image and two roles: of the caller, and of the service."""

    aws: Aws
    account: str
    names: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A client of the account's administrator."""
        return self.aws(service, self.account)

    def as_caller(self, service: str) -> Any:
        """A client of the caller's role."""
        return self.aws(service, self.account, "requirements-caller")

    def allow(self, role: str, *statements: dict[str, Any]) -> None:
        """Replace the role's policy."""
        document = {"Version": "2012-10-17", "Statement": [*statements, statement("sts:GetCallerIdentity")]}
        self.client("iam").put_role_policy(
            RoleName=f"requirements-{role}", PolicyName="p", PolicyDocument=json.dumps(document)
        )

    def fill(self, value: Any) -> Any:
        """The value with the names of the account's resources, and a new number for `#`."""
        if isinstance(value, dict):
            return {key: self.fill(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.fill(inner) for inner in value]
        if not isinstance(value, str):
            return value
        for name, text in self.names.items():
            value = value.replace(f"<{name}>", text)
        return value.replace("#", str(next(_NUMBERS)))


def statement(*actions: str, resource: str = "*") -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def account_with_resources(aws: Aws, account: str) -> Requirements:
    """The account, with everything that the calls name."""
    requirements = Requirements(aws, account)
    iam, names = requirements.client("iam"), requirements.names
    names["account"], names["region"] = account, REGION
    make_role(iam, "requirements-caller", trust(AWS=f"arn:aws:iam::{account}:root"))
    services = [f"{service}.amazonaws.com" for service in _SERVICES.split()]
    make_role(iam, "requirements-service", trust(Service=services))
    names["role"] = f"arn:aws:iam::{account}:role/requirements-service"
    names["caller"] = f"arn:aws:iam::{account}:role/requirements-caller"
    names["key"] = requirements.client("kms").create_key()["KeyMetadata"]["Arn"]
    names.update(_network(requirements.client("ec2")))
    names.update(_storage(requirements.client("s3"), account))
    requirements.client("ecr").create_repository(repositoryName="models")
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    requirements.allow("service", statement(*pull))
    names["image"] = f"{account}.dkr.ecr.{REGION}.amazonaws.com/models:1"
    _sagemaker(requirements)
    function = {**CALLS["CreateFunction"].params, "FunctionName": "updated"}
    del function["VpcConfig"]
    requirements.client("lambda").create_function(**requirements.fill(function))
    packages = requirements.client("codeartifact")
    packages.create_domain(domain="packages")
    for repository in ("quarantine", "approved"):
        packages.create_repository(domain="packages", repository=repository)
    requirements.client("codebuild").create_project(**requirements.fill(PROJECT))
    requirements.client("codepipeline").create_pipeline(pipeline=requirements.fill(PIPELINE))
    return requirements


def _network(ec2: Any) -> Iterator[tuple[str, str]]:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    yield "vpc", vpc
    yield "subnet", ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    yield "group", ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]


def _storage(s3: Any, account: str) -> Iterator[tuple[str, str]]:
    bucket = f"requirements-{account}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="code.zip", Body=EMPTY_ARCHIVE)
    for key in ("model.tar.gz", "data/rows.csv", "definition.json"):
        s3.put_object(Bucket=bucket, Key=key, Body=b'{"Version": "2020-12-01", "Steps": []}')
    yield "bucket", bucket


def _sagemaker(requirements: Requirements) -> None:
    """A model, an endpoint configuration under the key, a group, a domain under the key with a profile."""
    sagemaker, fill = requirements.client("sagemaker"), requirements.fill
    sagemaker.create_model_package_group(ModelPackageGroupName="risk")
    for name, params in PREREQUISITES:
        getattr(sagemaker, name)(**fill(params))
    watch = fill(CALLS["CreateDataQualityJobDefinition"].params)
    sagemaker.create_data_quality_job_definition(**{**watch, "JobDefinitionName": "watch"})
    domain = sagemaker.create_domain(**fill(DOMAIN))["DomainArn"].rpartition("/")[2]
    requirements.names["domain"] = domain
    profile = {"UserSettings": {"ExecutionRole": requirements.names["role"]}}
    sagemaker.create_user_profile(DomainId=domain, UserProfileName="someone", **profile)
