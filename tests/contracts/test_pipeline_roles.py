"""Least privilege of the roles of the platform's pipelines: actions that programs call, and reasons for the others."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from generators.iam.action_names import iam_action
from tests.support import code_permissions, service_permissions

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "terraform" / "modules"
PUBLISHER = ROOT / "generators" / "catalog"
_ACTION = re.compile(r'"((?!aws:)[a-z0-9-]+:[A-Z][A-Za-z]+\*?)"(?!: )')  # a string that is no condition key
# Actions of CodeBuild itself: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
_LOG = "logs:CreateLogStream logs:PutLogEvents"
_SOURCE = "s3:GetObject s3:GetObjectVersion"
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and .../xray-iam.html
_TRACED = """
logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies logs:GetLogDelivery
logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery xray:GetSamplingRules xray:GetSamplingTargets
xray:PutTelemetryRecords xray:PutTraceSegments
"""
_IMAGE = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer"


def of_publisher(_: str) -> frozenset[str]:
    """Actions of the publishing modules, whose clients are parameters."""
    trees = [
        ast.parse((PUBLISHER / f"{module}.py").read_text("utf-8"))
        for module in ("hub", "provisioning_artifacts", "release_bucket")
    ]
    called = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    constants = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return frozenset(action for method, action in _methods().items() if method in called | constants)


@cache
def _methods() -> dict[str, str]:
    """Method -> IAM action of the two clients that publish."""
    session = botocore.session.Session()
    return {
        xform_name(operation): iam_action(f"{service}:{operation}")
        for service in ("servicecatalog", "s3")
        for operation in session.get_service_model(service).operation_names
    }


def of_terraform(text: str) -> frozenset[str]:
    """Actions of CodePipeline for the pipeline actions and the artifact store of a module's main.tf."""
    providers = {"Source": "CodeStarSourceConnection", "Approval": "Manual", "Build": "CodeBuild"}
    actions = [
        {"ActionTypeId": {"Category": category, "Owner": "AWS", "Provider": provider}}
        for category, provider in providers.items()
        if re.search(rf'category += "{category}"\n\s*(owner += "AWS"\n\s*)?provider += "{provider}"', text)
    ]
    declared = set(re.findall(r'category += "(\w+)"', text))
    assert declared == providers.keys(), "main.tf declares other actions: list them here"
    assert len(actions) == len(providers), "main.tf declares them with other providers: list them here"
    store = {"Location": "bucket", "EncryptionKey": "key"}
    return service_permissions.of_pipeline({"Stages": [{"Actions": actions}], "ArtifactStore": store})


def of_organization(_: str) -> frozenset[str]:
    """Actions of Terraform that read, create and update the resources of the root module `organization`."""
    root = ROOT / "terraform" / "live" / "organization"
    own = "".join(file.read_text("utf-8") for file in root.glob("*.tf"))
    folders = [root, *((root / source).resolve() for source in re.findall(r'source += "(\.\./[^"]+)"', own))]
    text = "".join(file.read_text("utf-8") for folder in folders for file in folder.glob("*.tf"))
    types = set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE)) - _MANUAL
    return frozenset(action for resource_type in types for action in _TERRAFORM[resource_type].split())


# Resource type -> actions of the Terraform provider:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
# and .../list_identityandaccessmanagement.html. Resources are not deleted here: a person does that.
_TERRAFORM = {
    "aws_iam_group_membership": "iam:AddUserToGroup iam:GetGroup",
    "aws_iam_user": "iam:CreateUser iam:GetUser iam:TagUser",
    "aws_organizations_account": "organizations:CreateAccount organizations:MoveAccount organizations:TagResource",
    "aws_organizations_delegated_administrator": "organizations:RegisterDelegatedAdministrator",
    "aws_organizations_organization": "organizations:EnableAWSServiceAccess organizations:EnablePolicyType",
    "aws_organizations_organizational_unit": "organizations:CreateOrganizationalUnit"
    " organizations:UpdateOrganizationalUnit",
    "aws_organizations_policy": "organizations:CreatePolicy organizations:UpdatePolicy",
    "aws_organizations_policy_attachment": "organizations:AttachPolicy",
    "aws_servicecatalog_organizations_access": "servicecatalog:EnableAWSOrganizationsAccess"
    " servicecatalog:GetAWSOrganizationsAccessStatus",
}
_MANUAL = {"aws_iam_group", "aws_iam_group_policy"}  # permissions of emergency users


def of_nothing(_: str) -> frozenset[str]:
    """No actions: Terraform makes all calls of the program."""
    return frozenset()


@dataclass(frozen=True)
class Pipeline:
    """A program, the policies of its role, and reason -> actions that the program does not call itself."""

    module: str
    program: str
    read: Callable[[str], frozenset[str]]
    policies: tuple[str, ...]
    reasons: dict[str, str]

    @property
    def required(self) -> frozenset[str]:
        return self.read((MODULES / self.module / self.program).read_text(encoding="utf-8"))

    @property
    def allowed(self) -> frozenset[str]:
        files = [MODULES / self.module / "policies" / f"{name}.json" for name in self.policies]
        return frozenset(action for file in files for action in _ACTION.findall(file.read_text(encoding="utf-8")))

    @property
    def explained(self) -> frozenset[str]:
        return frozenset(action for text in self.reasons.values() for action in text.split())


PIPELINES = [
    Pipeline(
        "image_factory",
        "buildspec.yml",
        code_permissions.of_shell,
        ("build",),
        {
            "CodeBuild fetches the source and writes the log": f"{_SOURCE} {_LOG} s3:GetBucketAcl s3:GetBucketLocation"
            " s3:ListBucket kms:Decrypt kms:DescribeKey kms:GenerateDataKey",
            "docker pulls the base image": _IMAGE,
            "docker pushes the image": "ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage"
            " ecr:UploadLayerPart",
            "pip reads packages inside the image's build": "codeartifact:ReadFromRepository",
        },
    ),
    Pipeline(
        "release_pipeline",
        "main.tf",
        of_nothing,
        ("packages",),
        {
            "pip fetches packages into the quarantine in `catalog packages sync`": "codeartifact:GetAuthorizationToken"
            " sts:GetServiceBearerToken"
        },
    ),
    Pipeline(
        "release_pipeline",
        "main.tf",
        of_publisher,
        ("read", "publish"),
        {
            "Service Catalog reads template and launch role as the publisher": "s3:GetObjectVersion"
            " cloudformation:ValidateTemplate iam:GetRole iam:PassRole",
            "s3:PutObject with a tag": "s3:PutObjectTagging",
            "S3 reports a missing key only to those who may list the bucket": "s3:ListBucket",
            "templates are encrypted with the hub's key": "kms:Decrypt kms:GenerateDataKey",
            # modules/codeartifact/README.md: `catalog packages sync` copies packages under the release role
            "a package version is copied from quarantine and approved": "codeartifact:CopyPackageVersions"
            " codeartifact:DescribeRepository codeartifact:GetRepositoryEndpoint codeartifact:ListPackages"
            " codeartifact:ListPackageVersions codeartifact:ReadFromRepository"
            " codeartifact:UpdatePackageVersionsStatus",
        },
    ),
    Pipeline(
        "merge_pipeline",
        "main.tf",
        of_terraform,
        ("pipeline",),
        {},
    ),
    Pipeline(
        "merge_pipeline",
        "main.tf",
        of_nothing,
        ("build",),
        {
            "CodeBuild fetches the source and writes the log": f"{_SOURCE} {_LOG} kms:Decrypt kms:DescribeKey"
            " kms:GenerateDataKey",
            "CodeBuild clones the repository": "codeconnections:UseConnection codestar-connections:UseConnection",
            "CodeBuild pulls the image": f"{_IMAGE} ecr:GetAuthorizationToken",
        },
    ),
    Pipeline(
        "vending_merge",
        "main.tf",
        of_organization,
        ("read", "apply"),
        {
            "terraform reads, writes and locks states": "s3:GetObject s3:ListBucket s3:PutObject s3:DeleteObject",
            "terraform reads the organization, and resources that a person created": "organizations:Describe*"
            " organizations:List* iam:GetGroupPolicy",
            "terraform acts in the hub and the log archive": "sts:AssumeRole",
        },
    ),
    Pipeline(
        "break_glass",
        "definition.asl.json",
        code_permissions.of_states,
        ("machine",),
        {
            "queued messages are encrypted": "kms:Decrypt kms:GenerateDataKey",
            "Step Functions writes its log and traces": _TRACED,
        },
    ),
    Pipeline(
        "vending_pipeline",
        "definition.asl.json",
        code_permissions.of_states,
        ("machine",),
        {
            "list and results are encrypted": "kms:Decrypt kms:GenerateDataKey",
            "Step Functions writes its log and traces": _TRACED,
        },
    ),
    Pipeline(
        "vending_pipeline",
        "buildspec.yml",
        code_permissions.of_shell,
        ("builds",),
        {
            "CodeBuild fetches source and image and writes the log": f"{_SOURCE} {_IMAGE} {_LOG}"
            " ecr:GetAuthorizationToken kms:Decrypt kms:GenerateDataKey",
            "terraform reads, writes and locks states": "s3:GetObject s3:ListBucket s3:PutObject s3:DeleteObject",
            "terraform acts in the accounts": "sts:AssumeRole",
            "scripts.vend finds the accounts": "organizations:DescribeOrganization organizations:ListAccounts",
        },
    ),
]
each_pipeline = pytest.mark.parametrize(
    "pipeline", PIPELINES, ids=lambda pipeline: f"{pipeline.module}-{pipeline.policies[0]}"
)


@each_pipeline
def test_a_role_allows_what_its_program_calls(pipeline: Pipeline) -> None:
    assert sorted(pipeline.required - pipeline.allowed) == []


@each_pipeline
def test_a_role_allows_only_actions_with_a_call_or_a_reason(pipeline: Pipeline) -> None:
    assert sorted(pipeline.allowed - pipeline.required - pipeline.explained) == []


@each_pipeline
def test_every_reason_is_about_an_allowed_action(pipeline: Pipeline) -> None:
    assert sorted(pipeline.explained - pipeline.allowed) == []
