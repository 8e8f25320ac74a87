"""Least privilege of the roles of functions, builds, pipelines, rules, schedules and state machines of products.

Programs are read from the template, and from the repository template that holds a build's buildspec. A role whose
program is elsewhere needs a reason in UNREADABLE; actions of the service itself need a row in SERVICE_ACTIONS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generators.cloudformation.resolver import TemplateResolver
from generators.cloudformation.resource import Resource, has_property, strings_at
from generators.release import load, versions_folder
from tests.products import repository_programs
from tests.support import code_permissions, service_permissions

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class WorkloadType:
    """A resource type that runs as a role: the property that names the role, its programs and their IAM actions."""

    role: tuple[str, ...]
    programs: Callable[[Resource], tuple[str, ...]]
    actions: Callable[[Resource], frozenset[str]]


def inline(role: str, path: tuple[str, ...], read: Callable[[str], frozenset[str]]) -> WorkloadType:
    """A type whose programs are a property of the resource."""

    def programs(resource: Resource) -> tuple[str, ...]:
        return strings_at(resource.properties, *path)

    def actions(resource: Resource) -> frozenset[str]:
        return frozenset(action for program in programs(resource) for action in read(program))

    return WorkloadType((role,), programs, actions)


def buildspecs(build: Resource) -> tuple[str, ...]:
    specs = strings_at(build.properties, "Source", "BuildSpec")
    return tuple(text for spec in specs for text in repository_programs.buildspecs(spec))


def build_actions(build: Resource) -> frozenset[str]:
    specs = strings_at(build.properties, "Source", "BuildSpec")
    return frozenset(action for spec in specs for action in repository_programs.actions(spec))


WORKLOAD_TYPES = {
    "AWS::Lambda::Function": inline("Role", ("Code", "ZipFile"), code_permissions.of_python),
    "AWS::StepFunctions::StateMachine": inline("RoleArn", ("DefinitionString",), code_permissions.of_states),
    "AWS::CodeBuild::Project": WorkloadType(("ServiceRole",), buildspecs, build_actions),
    "AWS::CodePipeline::Pipeline": WorkloadType(
        ("RoleArn",),
        lambda resource: strings_at(resource.properties, "Stages", "Name"),
        lambda resource: service_permissions.of_pipeline(resource.properties),
    ),
    "AWS::Events::Rule": WorkloadType(
        ("Targets", "RoleArn"),
        lambda resource: strings_at(resource.properties, "Targets", "Arn"),
        lambda resource: service_permissions.of_targets(resource.properties["Targets"]),
    ),
    "AWS::Scheduler::Schedule": WorkloadType(
        ("Target", "RoleArn"),
        lambda resource: strings_at(resource.properties, "Target", "Arn"),
        lambda resource: service_permissions.of_targets(resource.properties["Target"]),
    ),
}


@dataclass(frozen=True)
class ServiceActions:
    """Actions of the service that runs a program, for resources with a property and programs that match a pattern."""

    resource_type: str
    actions: str
    has: tuple[str, ...] = ()
    pattern: str = ""

    def applies_to(self, resource: Resource) -> bool:
        programs = WORKLOAD_TYPES[resource.type].programs(resource)
        matches = not self.pattern or any(re.search(self.pattern, text) for text in programs)
        return resource.type == self.resource_type and has_property(resource.properties, self.has) and matches


_FUNCTION, _BUILD = "AWS::Lambda::Function", "AWS::CodeBuild::Project"
SERVICE_ACTIONS = {
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    "the function runs in the VPC": ServiceActions(
        _FUNCTION,
        """ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface
        ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
        ec2:UnassignPrivateIpAddresses""",
        has=("VpcConfig",),
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    "the function writes its log": ServiceActions(_FUNCTION, "logs:CreateLogStream logs:PutLogEvents"),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: SSE-KMS of the bucket
    "S3 encrypts the objects that the function writes": ServiceActions(
        _FUNCTION, "kms:GenerateDataKey", pattern=r"\.put_object\("
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    "the build reads its source and writes its log and artifacts": ServiceActions(
        _BUILD,
        """logs:CreateLogStream logs:PutLogEvents s3:GetObject s3:GetObjectVersion s3:GetBucketAcl
        s3:GetBucketLocation s3:PutObject""",
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/security-encryption.html
    "source and artifacts are encrypted": ServiceActions(
        _BUILD,
        "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:GenerateDataKey*",
        has=("EncryptionKey",),
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    "the build runs in the VPC": ServiceActions(
        _BUILD,
        """ec2:CreateNetworkInterface ec2:CreateNetworkInterfacePermission ec2:DeleteNetworkInterface
        ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets
        ec2:DescribeVpcs""",
        has=("VpcConfig",),
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html
    "the build reports its tests": ServiceActions(
        _BUILD,
        """codebuild:BatchPutCodeCoverages codebuild:BatchPutTestCases codebuild:CreateReport
        codebuild:UpdateReport""",
        pattern=r"(?m)^reports:",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-github-gitclone.html
    "git reads and pushes in CodeCommit": ServiceActions(
        _BUILD, "codecommit:GitPull codecommit:GitPush", pattern="codecommit credential-helper"
    ),
    "git reads and pushes through the account's connection": ServiceActions(
        _BUILD, "codeconnections:UseConnection codestar-connections:UseConnection", pattern="/git-http/"
    ),
    # https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
    "pip reads packages, in a build or in an image's": ServiceActions(
        _BUILD, "codeartifact:ReadFromRepository", pattern=r"pip install|docker build"
    ),
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    "docker pulls the base image": ServiceActions(
        _BUILD,
        "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
        pattern="docker build",
    ),
    "docker pushes the image": ServiceActions(
        _BUILD,
        """ecr:BatchCheckLayerAvailability ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage
        ecr:UploadLayerPart""",
        pattern="docker push",
    ),
    # AWS lists it in addition to CreateModel for a model package of a shared group:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
    "a model is created from a version in the registry": ServiceActions(
        _BUILD, "sagemaker:DescribeModelPackage", pattern=r"create-model .*ModelPackageName="
    ),
    # https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html, CreateTransformJob
    "a job's volume is encrypted": ServiceActions(
        _BUILD, "kms:CreateGrant", pattern=r"create-transform-job .*VolumeKmsKeyId="
    ),
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    "the schedule is encrypted": ServiceActions("AWS::Scheduler::Schedule", "kms:Decrypt", has=("KmsKeyArn",)),
}
# (product, role) -> reason why the program of the role cannot be read.
UNREADABLE: dict[tuple[str, str], str] = {
    ("inference-pipeline", "ModelRole"): "SageMaker runs the model's container, and a pipeline's steps, as it",
    ("monitoring", "MonitorRole"): "SageMaker runs the hub's copies of AWS's own analysers as it",
}


@dataclass(frozen=True)
class JobRole:
    """A role of a product, the actions that its policies allow, and the workloads that run as it."""

    product: str
    role: str
    allowed: frozenset[str]
    workloads: tuple[Resource, ...]

    @property
    def required(self) -> frozenset[str]:
        """Actions of the programs."""
        types = [(WORKLOAD_TYPES[workload.type], workload) for workload in self.workloads]
        return frozenset(action for workload_type, workload in types for action in workload_type.actions(workload))

    @property
    def service_actions(self) -> frozenset[str]:
        """Actions of the services that run the programs."""
        rows = [row for row in SERVICE_ACTIONS.values() if any(map(row.applies_to, self.workloads))]
        return frozenset(action for row in rows for action in row.actions.split())


def job_roles(product: str) -> Iterator[JobRole]:
    """Every role of the newest frozen template."""
    template = json.loads(versions_folder.releases(load.product(ROOT, product))[-1].body)
    resolved = {resource.logical_id: resource for resource in TemplateResolver(template, {}, "").resources()}
    resources = template["Resources"]
    attached = [body["Properties"] for body in resources.values() if body["Type"] == "AWS::IAM::Policy"]
    for name, role in resources.items():
        if role["Type"] != "AWS::IAM::Role":
            continue
        workloads = tuple(resolved[other] for other, body in resources.items() if runs_as(body, name))
        documents = [policy["PolicyDocument"] for policy in role["Properties"].get("Policies", [])]
        documents += [policy["PolicyDocument"] for policy in attached if {"Ref": name} in policy.get("Roles", [])]
        allowed = frozenset(action for document in documents for action in allowed_actions(document))
        yield JobRole(product, name, allowed, workloads)


def runs_as(resource: dict[str, Any], role: str) -> bool:
    """Whether the resource is a workload whose role property refers to the role."""
    if resource["Type"] not in WORKLOAD_TYPES:
        return False
    nodes = [resource["Properties"]]
    for key in WORKLOAD_TYPES[resource["Type"]].role:
        values = [node[key] for node in nodes if key in node]
        nodes = [child for value in values for child in (value if isinstance(value, list) else [value])]
    return any(node in ({"Fn::GetAtt": [role, "Arn"]}, {"Fn::GetAtt": f"{role}.Arn"}) for node in nodes)


def allowed_actions(document: dict[str, Any]) -> Iterator[str]:
    for statement in statements(document["Statement"]):
        if statement["Effect"] == "Allow":
            yield from [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


def statements(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All statements, those of both branches of an Fn::If included."""
    for node in nodes:
        if "Fn::If" in node:
            yield from statements(node["Fn::If"][1:])
        elif node != {"Ref": "AWS::NoValue"}:
            yield node


JOB_ROLES = [job for product in load.products(ROOT) for job in job_roles(product.name)]
each_job = pytest.mark.parametrize("job", JOB_ROLES, ids=lambda job: f"{job.product}-{job.role}")


@each_job
def test_the_program_of_a_role_can_be_read_or_there_is_a_reason(job: JobRole) -> None:
    readable = any(WORKLOAD_TYPES[workload.type].programs(workload) for workload in job.workloads)
    assert readable != ((job.product, job.role) in UNREADABLE), "give a reason in UNREADABLE, or remove it"


@each_job
def test_a_role_allows_what_its_program_calls(job: JobRole) -> None:
    assert sorted(job.required - job.allowed) == []


@each_job
def test_a_role_allows_only_what_its_program_calls(job: JobRole) -> None:
    if (job.product, job.role) not in UNREADABLE:
        assert sorted(job.allowed - job.required - job.service_actions) == []


def test_every_reason_is_about_an_existing_role() -> None:
    assert UNREADABLE.keys() <= {(job.product, job.role) for job in JOB_ROLES}


@pytest.mark.parametrize("reason", SERVICE_ACTIONS)
def test_every_row_explains_an_action_of_a_role(reason: str) -> None:
    row = SERVICE_ACTIONS[reason]
    roles = [job for job in JOB_ROLES if any(map(row.applies_to, job.workloads))]
    assert any(set(row.actions.split()) & (job.allowed - job.required) for job in roles)


def test_an_unknown_pipeline_action_is_refused() -> None:
    deploy = {"ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "ECS"}}
    with pytest.raises(ValueError, match="Deploy AWS ECS"):
        service_permissions.of_pipeline({"Stages": [{"Actions": [deploy]}]})


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(ValueError, match="a target of sqs"):
        service_permissions.of_targets([{"Arn": "arn:aws:sqs:eu-west-2:111111111111:queue"}])
