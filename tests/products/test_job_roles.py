"""The role of every function, build, pipeline, rule, schedule and state machine of a product: what it uses, no more.

Programs are read where the template holds them, and in the repository that a product agrees a build's commands with.
A role whose program is elsewhere needs a reason in UNSEEN; what a service does around a program, a row in AROUND.
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
from generators.cloudformation.resource import Resource, strings_at
from generators.cloudformation.resource import has_property as present
from generators.release import load, versions_folder
from tests.products import agreed
from tests.support import code_permissions, service_permissions

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Kind:
    """A type of resource that works under a role: where it names the role, its programs, what these or it use."""

    role: tuple[str, ...]
    programs: Callable[[Resource], tuple[str, ...]]
    used: Callable[[Resource], frozenset[str]]


def reads(role: str, path: tuple[str, ...], read: Callable[[str], frozenset[str]]) -> Kind:
    """A type whose programs stand in its template."""

    def used(it: Resource) -> frozenset[str]:
        return frozenset(action for program in strings_at(it.properties, *path) for action in read(program))

    return Kind((role,), lambda item: strings_at(item.properties, *path), used)


def variables(it: Resource) -> frozenset[str]:
    return frozenset(strings_at(it.properties, "Environment", "EnvironmentVariables", "Name"))


def buildspecs(it: Resource) -> tuple[str, ...]:
    return tuple(
        program
        for spec in strings_at(it.properties, "Source", "BuildSpec")
        for program in agreed.programs(spec, variables(it))
    )


def built(it: Resource) -> frozenset[str]:
    specs = strings_at(it.properties, "Source", "BuildSpec")
    return frozenset(action for spec in specs for action in agreed.used(spec, variables(it)))


KINDS = {
    "AWS::Lambda::Function": reads("Role", ("Code", "ZipFile"), code_permissions.of_python),
    "AWS::StepFunctions::StateMachine": reads("RoleArn", ("DefinitionString",), code_permissions.of_states),
    "AWS::CodeBuild::Project": Kind(("ServiceRole",), buildspecs, built),
    "AWS::CodePipeline::Pipeline": Kind(
        ("RoleArn",),
        lambda item: strings_at(item.properties, "Stages", "Name"),
        lambda item: service_permissions.of_pipeline(item.properties),
    ),
    "AWS::Events::Rule": Kind(
        ("Targets", "RoleArn"),
        lambda item: strings_at(item.properties, "Targets", "Arn"),
        lambda item: service_permissions.of_targets(item.properties["Targets"]),
    ),
    "AWS::Scheduler::Schedule": Kind(
        ("Target", "RoleArn"),
        lambda item: strings_at(item.properties, "Target", "Arn"),
        lambda item: service_permissions.of_targets(item.properties["Target"]),
    ),
}


@dataclass(frozen=True)
class Around:
    """What a service does around a program: only where the resource has `has` and a program says `says`."""

    kind: str
    actions: str
    has: tuple[str, ...] = ()
    says: str = ""

    def fits(self, it: Resource) -> bool:
        told = not self.says or any(re.search(self.says, text) for text in KINDS[it.type].programs(it))
        return it.type == self.kind and present(it.properties, self.has) and told


_FUNCTION, _BUILD = "AWS::Lambda::Function", "AWS::CodeBuild::Project"
AROUND = {
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    "the function runs in the VPC": Around(
        _FUNCTION,
        """ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface
        ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
        ec2:UnassignPrivateIpAddresses""",
        has=("VpcConfig",),
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    "the function writes its log": Around(_FUNCTION, "logs:CreateLogStream logs:PutLogEvents"),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: the bucket seals what is put there
    "S3 seals what the function writes": Around(_FUNCTION, "kms:GenerateDataKey", says=r"\.put_object\("),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    "the build reads its source and writes its log and artifacts": Around(
        _BUILD,
        """logs:CreateLogStream logs:PutLogEvents s3:GetObject s3:GetObjectVersion s3:GetBucketAcl
        s3:GetBucketLocation s3:PutObject""",
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/security-encryption.html
    "source and artifacts are sealed": Around(
        _BUILD,
        "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:GenerateDataKey*",
        has=("EncryptionKey",),
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    "the build runs in the VPC": Around(
        _BUILD,
        """ec2:CreateNetworkInterface ec2:CreateNetworkInterfacePermission ec2:DeleteNetworkInterface
        ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets
        ec2:DescribeVpcs""",
        has=("VpcConfig",),
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html
    "the build reports its tests": Around(
        _BUILD,
        """codebuild:BatchPutCodeCoverages codebuild:BatchPutTestCases codebuild:CreateReport
        codebuild:UpdateReport""",
        says=r"(?m)^reports:",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-github-gitclone.html
    "git reads and pushes through the account's connection": Around(
        _BUILD, "codeconnections:UseConnection codestar-connections:UseConnection", says="/git-http/"
    ),
    # https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
    "pip reads packages, in a build or in an image's": Around(
        _BUILD, "codeartifact:ReadFromRepository", says=r"pip install|docker build"
    ),
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    "docker reads the base": Around(
        _BUILD,
        "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
        says="docker build",
    ),
    "docker pushes the image": Around(
        _BUILD,
        """ecr:BatchCheckLayerAvailability ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage
        ecr:UploadLayerPart""",
        says="docker push",
    ),
    # AWS names it beside CreateModel for who uses a version of a group that shares it:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
    "a model is made of a version in the registry": Around(
        _BUILD, "sagemaker:DescribeModelPackage", says=r"create-model .*ModelPackageName="
    ),
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    "the schedule is sealed": Around("AWS::Scheduler::Schedule", "kms:Decrypt", has=("KmsKeyArn",)),
}
# (product, role) -> why nobody can see what its program calls.
UNSEEN: dict[tuple[str, str], str] = {
    ("inference-pipeline", "ModelRole"): "SageMaker runs the model's container, and a pipeline's steps, as it",
    ("monitoring", "MonitorRole"): "SageMaker runs the hub's copies of AWS's own analysers as it",
}


@dataclass(frozen=True)
class Job:
    """A role, what its policies allow, and the programs that run as it."""

    product: str
    role: str
    granted: frozenset[str]
    programs: tuple[Resource, ...]

    @property
    def used(self) -> frozenset[str]:
        return frozenset(action for program in self.programs for action in KINDS[program.type].used(program))

    @property
    def around(self) -> frozenset[str]:
        fitting = [rule for rule in AROUND.values() if any(rule.fits(program) for program in self.programs)]
        return frozenset(action for rule in fitting for action in rule.actions.split())


def jobs(product: str) -> Iterator[Job]:
    """Every role that the newest frozen template makes."""
    template = json.loads(versions_folder.releases(load.product(ROOT, product))[-1].body)
    things = {resource.logical_id: resource for resource in TemplateResolver(template, {}, "").resources()}
    raw = template["Resources"]
    for name in (item for item in raw if raw[item]["Type"] == "AWS::IAM::Role"):
        runs = [
            item
            for item in raw
            if raw[item]["Type"] in KINDS and refers(raw[item], KINDS[raw[item]["Type"]].role, name)
        ]
        attached = [raw[item]["Properties"] for item in raw if raw[item]["Type"] == "AWS::IAM::Policy"]
        own = [policy["PolicyDocument"] for policy in raw[name]["Properties"].get("Policies", [])]
        own += [item["PolicyDocument"] for item in attached if {"Ref": name} in item.get("Roles", [])]
        granted = frozenset(action for document in own for action in allowed(document))
        yield Job(product, name, granted, tuple(things[run] for run in runs))


def refers(resource: dict[str, Any], path: tuple[str, ...], role: str) -> bool:
    found = [resource["Properties"]]
    for key in path:
        found = [
            one for item in found if key in item for one in (item[key] if isinstance(item[key], list) else [item[key]])
        ]
    return any(item in ({"Fn::GetAtt": [role, "Arn"]}, {"Fn::GetAtt": f"{role}.Arn"}) for item in found)


def allowed(document: dict[str, Any]) -> Iterator[str]:
    for statement in possible(document["Statement"]):
        if statement["Effect"] == "Allow":
            yield from [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


def possible(statements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that an answer leaves out as well."""
    for statement in statements:
        if "Fn::If" in statement:
            yield from possible(statement["Fn::If"][1:])
        elif statement != {"Ref": "AWS::NoValue"}:
            yield statement


JOBS = [job for product in load.products(ROOT) for job in jobs(product.name)]
each_job = pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job.product}-{job.role}")


@each_job
def test_the_program_of_a_role_can_be_read_or_there_is_a_reason(job: Job) -> None:
    seen = bool(job.programs) and any(KINDS[program.type].programs(program) for program in job.programs)
    assert seen != ((job.product, job.role) in UNSEEN), "give a reason in UNSEEN, or take it out"


@each_job
def test_a_role_may_do_what_its_program_calls(job: Job) -> None:
    assert sorted(job.used - job.granted) == []


@each_job
def test_a_role_may_do_nothing_that_its_program_does_not_call(job: Job) -> None:
    if (job.product, job.role) not in UNSEEN:
        assert sorted(job.granted - job.used - job.around) == []


def test_every_reason_is_about_a_role_that_exists() -> None:
    assert UNSEEN.keys() <= {(job.product, job.role) for job in JOBS}


@pytest.mark.parametrize("reason", AROUND)
def test_every_row_explains_an_action_of_a_role(reason: str) -> None:
    row = AROUND[reason]
    fitting = [job for job in JOBS if any(row.fits(program) for program in job.programs)]
    assert any(set(row.actions.split()) & (job.granted - job.used) for job in fitting)


def test_a_pipeline_with_a_step_that_nobody_looked_up_is_refused() -> None:
    deploy = {"ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "ECS"}}
    with pytest.raises(ValueError, match="Deploy AWS ECS"):
        service_permissions.of_pipeline({"Stages": [{"Actions": [deploy]}]})


def test_a_target_that_nobody_looked_up_is_refused() -> None:
    with pytest.raises(ValueError, match="a target of sqs"):
        service_permissions.of_targets([{"Arn": "arn:aws:sqs:eu-west-2:111111111111:queue"}])


def test_a_script_of_the_repository_counts_where_the_build_has_the_variable_that_it_asks_for() -> None:
    push = "ecr:DescribeImages"
    assert push in agreed.used("buildspec.build.yml", frozenset({"CONTAINER_REPOSITORY"}))
    assert push not in agreed.used("buildspec.build.yml", frozenset())
