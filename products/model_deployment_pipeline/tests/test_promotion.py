"""The pipeline's builds between two accounts of the embedded AWS, under the roles and policies of Terraform.

The buildspecs are those of the frozen template. The embedded AWS runs no instances that serve a model (SUPPORTED.md).
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generators.config import contracts
from tests.localaws.conftest import REGION, Aws, started

FOLDER = Path(__file__).resolve().parents[1]
ROOT = FOLDER.parents[1]
PARAMETER_PREFIX = contracts.find(ROOT, "spoke", "vpc_id").path.rpartition("/")[0]
MODULES = ROOT / "terraform/modules"
TEAM, GROUP = "credit-risk", "credit-risk-scores"
NEWEST = sorted((FOLDER / "versions").glob("*.json"))[-1]
RESOURCES = json.loads(NEWEST.read_text())["Resources"]


def rendered(file: Path, **variables: str) -> str:
    """A policy template of Terraform with its variables replaced."""
    return re.sub(r"\$\{(\w+)\}", lambda match: variables[match[1]], file.read_text())


def trust(**statement: Any) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **statement}]}
    )


@dataclass
class Team:
    """A development account and the target account of its promotions."""

    aws: Aws
    development: str
    target: str

    def client(self, service: str, account: str) -> Any:
        return self.aws(service, account)

    def create_role(self, account: str, side: str, trust_policy: str) -> None:
        """The promotion role of the account, with the module's own policy."""
        iam, variables = self.client("iam", account), {"name_prefix": "mlops", "team": TEAM, "account_id": account}
        variables |= {"development": self.development, "data_key_arn": f"arn:aws:kms:{REGION}:{account}:key/any"}
        variables["targets"] = json.dumps([f"arn:aws:iam::{self.target}:role/mlops-promotion-target"])
        iam.create_role(RoleName=f"mlops-promotion-{side}", AssumeRolePolicyDocument=trust_policy)
        policy = rendered(MODULES / f"promotion_roles/policies/{side}.json", **variables)
        iam.put_role_policy(RoleName=f"mlops-promotion-{side}", PolicyName="permissions", PolicyDocument=policy)

    def create_model_hosting(self) -> None:
        """Create the target's bucket with the module's policy, the models' role, and the SSM parameters."""
        bucket, arns = f"mlops-models-{self.target}-{REGION}", f"arn:aws:iam::{self.target}:role"
        s3 = self.client("s3", self.target)
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        variables = {"bucket": f"arn:aws:s3:::{bucket}", "writer": f"{arns}/mlops-promotion-target"}
        variables["role"] = f"{arns}/mlops-model-serving"
        s3.put_bucket_policy(
            Bucket=bucket, Policy=rendered(MODULES / "model_hosting/policies/bucket.json", **variables)
        )
        service = {"Principal": {"Service": "sagemaker.amazonaws.com"}}
        iam = self.client("iam", self.target)
        iam.create_role(RoleName="mlops-model-serving", AssumeRolePolicyDocument=trust(**service))
        variables |= {"account_id": self.target, "data_key_arn": f"arn:aws:kms:{REGION}:{self.target}:key/any"}
        policy = rendered(MODULES / "model_hosting/policies/serving.json", **variables)
        iam.put_role_policy(RoleName="mlops-model-serving", PolicyName="permissions", PolicyDocument=policy)
        parameters = {"model-bucket": bucket, "model-role-arn": variables["role"], "subnet-ids": "subnet-1,subnet-2"}
        parameters |= {"model-security-group-id": "sg-1", "data-key-arn": f"arn:aws:kms:{REGION}:{self.target}:key/any"}
        for name, value in parameters.items():
            self.client("ssm", self.target).put_parameter(Name=f"{PARAMETER_PREFIX}/{name}", Value=value, Type="String")

    def create_projects(self) -> None:
        """Create the template's builds with its buildspecs; the embedded AWS needs no source for them."""
        roles = {"PRE_PRODUCTION": self.target, "PRODUCTION": self.target}
        variables = {name: f"arn:aws:iam::{account}:role/mlops-promotion-target" for name, account in roles.items()}
        variables |= {"MODEL_GROUP": GROUP, "FACTS": PARAMETER_PREFIX}
        self.client("logs", self.development).create_log_group(logGroupName="mlops-deployment-builds")
        for title in ("Choose", "Promote", "Test"):
            self.client("codebuild", self.development).create_project(
                name=title,
                source={"type": "NO_SOURCE", "buildspec": RESOURCES[title]["Properties"]["Source"]["BuildSpec"]},
                artifacts={"type": "NO_ARTIFACTS"},
                environment={
                    "type": "LINUX_CONTAINER",
                    "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                    "computeType": "BUILD_GENERAL1_MEDIUM",
                    "environmentVariables": [{"name": key, "value": value} for key, value in variables.items()],
                },
                serviceRole=f"arn:aws:iam::{self.development}:role/mlops-promotion-source",
                logsConfig={"cloudWatchLogs": {"status": "ENABLED", "groupName": "mlops-deployment-builds"}},
            )

    def build(self, title: str, **variables: str) -> tuple[str, str]:
        """Status and log of a build."""
        codebuild, logs = self.client("codebuild", self.development), self.client("logs", self.development)
        overrides = [{"name": name, "value": value} for name, value in variables.items()]
        id = codebuild.start_build(projectName=title, environmentVariablesOverride=overrides)["build"]["id"]
        deadline = time.monotonic() + 90
        while not (build := codebuild.batch_get_builds(ids=[id])["builds"][0])["buildComplete"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        events = logs.get_log_events(logGroupName="mlops-deployment-builds", logStreamName=build["logs"]["streamName"])[
            "events"
        ]
        return build["buildStatus"], "\n".join(event["message"] for event in events)

    def register(self, content: bytes, status: str = "Approved") -> str:
        """Register a version whose artifact has this content, with this approval status; return its ARN."""
        sagemaker, s3 = self.client("sagemaker", self.development), self.client("s3", self.development)
        key = f"runs/{hashlib.sha256(content).hexdigest()[:8]}/model.tar.gz"
        s3.put_object(Bucket=self.artifacts, Key=key, Body=content)
        container = {
            "Image": self.image,
            "ModelDataUrl": f"s3://{self.artifacts}/{key}",
            "Environment": {"LEVEL": "info"},
        }
        arn = sagemaker.create_model_package(
            ModelPackageGroupName=GROUP,
            ModelApprovalStatus="PendingManualApproval",
            CustomerMetadataProperties={"commit": "abc123"},
            InferenceSpecification={"Containers": [container], "SupportedContentTypes": ["text/csv"],
                                    "SupportedResponseMIMETypes": ["text/csv"]},
        )["ModelPackageArn"]  # fmt: skip
        self.decide(arn, status)
        return str(arn)

    def decide(self, arn: str, status: str) -> None:
        sagemaker = self.client("sagemaker", self.development)
        sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status)

    @property
    def image(self) -> str:
        return f"{self.development}.dkr.ecr.{REGION}.amazonaws.com/inference@sha256:{'0' * 64}"

    def create_repository(self) -> None:
        """The image repository, which the target account may pull from."""
        ecr = self.client("ecr", self.development)
        ecr.create_repository(repositoryName="inference")
        statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.target}:root"}, "Action": "ecr:*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        ecr.set_repository_policy(repositoryName="inference", policyText=policy)

    @property
    def artifacts(self) -> str:
        return f"mlops-artifacts-{self.development}"

    def choose(self) -> dict[str, str]:
        """Variables that the first build exports."""
        status, log = self.build("Choose")
        assert status == "SUCCEEDED", log
        match = re.search(r"choose: (\S+) with digest ([0-9a-f]{64})", log)
        assert match, log
        return {"CHOSEN": match[1], "DIGEST": match[2]}

    def target_objects(self) -> dict[str, bytes]:
        """Key -> content in the target's bucket."""
        s3, bucket = self.client("s3", self.target), f"mlops-models-{self.target}-{REGION}"
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def endpoint_model(self) -> str:
        """The model that the target's endpoint serves."""
        sagemaker = self.client("sagemaker", self.target)
        config = sagemaker.describe_endpoint(EndpointName=GROUP)["EndpointConfigName"]
        production = sagemaker.describe_endpoint_config(EndpointConfigName=config)
        return str(production["ProductionVariants"][0]["ModelName"])


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        client = Aws(server.endpoint)
        client("organizations").create_organization(FeatureSet="ALL")
        yield client


@pytest.fixture
def team(aws: Aws, request: pytest.FixtureRequest) -> Team:
    """Two new accounts for each test."""

    def create_account(stage: str) -> str:
        name = f"{stage}-{abs(hash(request.node.name)) % 10**8}"
        response = aws("organizations").create_account(AccountName=name, Email=f"{name}@bank.example")
        return str(response["CreateAccountStatus"]["AccountId"])

    team = Team(aws, create_account("dev"), create_account("pre"))
    team.create_role(team.development, "source", trust(Principal={"Service": "codebuild.amazonaws.com"}))
    source = f"arn:aws:iam::{team.development}:role/mlops-promotion-source"
    condition = {"ArnEquals": {"aws:PrincipalArn": source}}
    root = {"AWS": f"arn:aws:iam::{team.development}:root"}
    team.create_role(team.target, "target", trust(Principal=root, Condition=condition))
    team.create_model_hosting()
    team.create_repository()
    team.create_projects()
    location = {"LocationConstraint": REGION}
    team.client("s3", team.development).create_bucket(Bucket=team.artifacts, CreateBucketConfiguration=location)
    team.client("sagemaker", team.development).create_model_package_group(ModelPackageGroupName=GROUP)
    return team


def test_an_approved_version_is_copied_with_its_lineage_and_served_in_the_other_account(team: Team) -> None:
    arn = team.register(b"the model")
    chosen = team.choose()
    assert chosen == {"CHOSEN": arn, "DIGEST": hashlib.sha256(b"the model").hexdigest()}

    status, log = team.build("Promote", TARGET="PRE_PRODUCTION", **chosen)
    assert status == "SUCCEEDED", log
    objects = {key.rpartition("/")[2]: content for key, content in team.target_objects().items()}
    assert objects["model.tar.gz"] == b"the model"
    record = json.loads(objects["package.json"])
    assert record["lineage"]["from"] == arn
    assert record["package"]["CustomerMetadataProperties"] == {"commit": "abc123"}
    sagemaker = team.client("sagemaker", team.target)
    model = sagemaker.describe_model(ModelName=team.endpoint_model())
    assert model["EnableNetworkIsolation"] is True
    assert model["PrimaryContainer"]["ModelDataUrl"].startswith(f"s3://mlops-models-{team.target}")

    again = team.build("Promote", TARGET="PRE_PRODUCTION", **chosen)
    assert again[0] == "SUCCEEDED", again[1]
    assert "already" in again[1]


@pytest.mark.control(71)
def test_a_pending_version_is_not_chosen(team: Team) -> None:
    team.register(b"the model", "PendingManualApproval")
    status, log = team.build("Choose")
    assert status == "FAILED"
    assert "no version is approved" in log


@pytest.mark.slow
@pytest.mark.control(71)
def test_an_artifact_that_changed_after_the_choice_is_refused_and_not_copied(team: Team) -> None:
    arn = team.register(b"the model")
    chosen = team.choose()
    package = team.client("sagemaker", team.development).describe_model_package(ModelPackageName=arn)
    key = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"].partition(f"{team.artifacts}/")[2]
    team.client("s3", team.development).put_object(Bucket=team.artifacts, Key=key, Body=b"another model")

    status, log = team.build("Promote", TARGET="PRODUCTION", **chosen)
    assert status == "FAILED"
    assert "its digest is" in log
    assert team.target_objects() == {}


@pytest.mark.control(71)
def test_a_version_that_was_rejected_after_the_choice_is_refused(team: Team) -> None:
    arn = team.register(b"the model")
    chosen = team.choose()
    team.decide(arn, "Rejected")
    status, log = team.build("Promote", TARGET="PRODUCTION", **chosen)
    assert status == "FAILED"
    assert "no longer approved" in log
    assert team.target_objects() == {}


@pytest.mark.slow
def test_rejecting_a_version_promotes_the_previous_one_again(team: Team) -> None:
    team.register(b"good")
    assert team.build("Promote", TARGET="PRODUCTION", **team.choose())[0] == "SUCCEEDED"
    good = team.endpoint_model()
    bad = team.register(b"bad")
    assert team.build("Promote", TARGET="PRODUCTION", **team.choose())[0] == "SUCCEEDED"
    assert team.endpoint_model() != good
    team.decide(bad, "Rejected")
    assert team.build("Promote", TARGET="PRODUCTION", **team.choose())[0] == "SUCCEEDED"
    assert team.endpoint_model() == good


@pytest.mark.slow
def test_the_promotion_role_cannot_approve(team: Team) -> None:
    arn = team.register(b"the model", "PendingManualApproval")
    call = f"update_model_package(ModelPackageArn='{arn}', ModelApprovalStatus='Approved')"
    source = f"import boto3; boto3.client('sagemaker').{call}"
    team.client("codebuild", team.development).update_project(
        name="Choose",
        source={
            "type": "NO_SOURCE",
            "buildspec": f'version: 0.2\nphases:\n  build:\n    commands:\n      - python3 -c "{source}"\n',
        },
    )
    status, log = team.build("Choose")
    assert status == "FAILED"
    assert "explicit deny" in log
