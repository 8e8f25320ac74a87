"""The role of every function, build and state machine that a product makes: what its program uses, and nothing beyond.

Programs are read where the template holds them. A role whose program is elsewhere needs a reason in UNSEEN.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generators.catalog import frozen, load
from generators.launch import uses
from generators.launch.thing import Thing, texts
from generators.launch.wording import Wording

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "AWS::Lambda::Function": ("Role", ("Code", "ZipFile"), uses.of_python),
    "AWS::CodeBuild::Project": ("ServiceRole", ("Source", "BuildSpec"), uses.of_shell),
    "AWS::StepFunctions::StateMachine": ("RoleArn", ("DefinitionString",), uses.of_states),
}
# Reason -> what the service does around the program, by the type of what runs it.
AROUND = {
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    "the function runs in the VPC": (
        "AWS::Lambda::Function",
        """ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface
        ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
        ec2:UnassignPrivateIpAddresses""",
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    "the function writes its log": ("AWS::Lambda::Function", "logs:CreateLogStream logs:PutLogEvents"),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    "the build reads its source and writes its log": (
        "AWS::CodeBuild::Project",
        """logs:CreateLogStream logs:PutLogEvents s3:GetObject s3:GetObjectVersion s3:GetBucketAcl
        s3:GetBucketLocation s3:PutObject kms:Decrypt kms:DescribeKey kms:GenerateDataKey""",
    ),
}
# (product, role) -> why nobody can see what its program calls.
UNSEEN: dict[tuple[str, str], str] = {
    ("inference-pipeline", "ModelRole"): "SageMaker runs the model's container, and a pipeline's steps, as it",
    ("inference-pipeline", "TimerRole"): "EventBridge Scheduler starts a pipeline as it; no program of ours does",
    ("monitoring", "MonitorRole"): "SageMaker runs the hub's copies of AWS's own analysers as it",
}


@dataclass(frozen=True)
class Job:
    """A role, what its policies allow, and the programs that run as it."""

    product: str
    role: str
    granted: frozenset[str]
    programs: tuple[Thing, ...]

    @property
    def used(self) -> frozenset[str]:
        found: set[str] = set()
        for it in self.programs:
            _, path, read = PROGRAMS[it.kind]
            found |= {action for program in texts(it.props, *path) for action in read(program)}
        return frozenset(found)

    @property
    def around(self) -> frozenset[str]:
        kinds = {it.kind for it in self.programs}
        return frozenset(action for kind, text in AROUND.values() if kind in kinds for action in text.split())


def jobs(product: str) -> Iterator[Job]:
    """Every role that the newest frozen template makes."""
    template = json.loads(frozen.releases(load.product(ROOT, product))[-1].body)
    things = {it.logical: it for it in Wording(template, {}, "").things()}
    raw = template["Resources"]
    for name in (it for it in raw if raw[it]["Type"] == "AWS::IAM::Role"):
        runs = [it for it in raw if raw[it]["Type"] in PROGRAMS and refers(raw[it], PROGRAMS[raw[it]["Type"]][0], name)]
        attached = [raw[it]["Properties"] for it in raw if raw[it]["Type"] == "AWS::IAM::Policy"]
        own = [it["PolicyDocument"] for it in raw[name]["Properties"].get("Policies", [])]
        own += [it["PolicyDocument"] for it in attached if {"Ref": name} in it.get("Roles", [])]
        granted = frozenset(action for document in own for action in allowed(document))
        yield Job(product, name, granted, tuple(things[it] for it in runs))


def refers(resource: dict[str, Any], key: str, role: str) -> bool:
    return resource["Properties"].get(key) in ({"Fn::GetAtt": [role, "Arn"]}, {"Fn::GetAtt": f"{role}.Arn"})


def allowed(document: dict[str, Any]) -> Iterator[str]:
    for statement in possible(document["Statement"]):
        if statement["Effect"] == "Allow":
            yield from [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


def possible(statements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that an answer leaves out as well."""
    for it in statements:
        if "Fn::If" in it:
            yield from possible(it["Fn::If"][1:])
        elif it != {"Ref": "AWS::NoValue"}:
            yield it


JOBS = [job for product in load.products(ROOT) for job in jobs(product.name)]
each_job = pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job.product}-{job.role}")


@each_job
def test_the_program_of_a_role_can_be_read_or_there_is_a_reason(job: Job) -> None:
    seen = bool(job.programs) and any(texts(it.props, *PROGRAMS[it.kind][1]) for it in job.programs)
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
