"""The roles of the platform's own pipelines: what their definitions and scripts call, and a reason for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from generators.launch import uses

MODULES = Path(__file__).resolve().parents[2] / "terraform" / "modules"
_ACTION = re.compile(r'"((?!aws:)[a-z0-9-]+:[A-Z][A-Za-z]+\*?)"(?!: )')  # a text that is no condition key
# What CodeBuild does around a build: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
_LOG = "logs:CreateLogStream logs:PutLogEvents"
_SOURCE = "s3:GetObject s3:GetObjectVersion"
_IMAGE = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer"


@dataclass(frozen=True)
class Pipeline:
    """A program, the policies of the role that runs it, and reason -> actions that no call in the program shows."""

    module: str
    program: str
    read: Callable[[str], frozenset[str]]
    policies: tuple[str, ...]
    unseen: dict[str, str]

    @property
    def used(self) -> frozenset[str]:
        return self.read((MODULES / self.module / self.program).read_text(encoding="utf-8"))

    @property
    def granted(self) -> frozenset[str]:
        files = [MODULES / self.module / "policies" / f"{name}.json" for name in self.policies]
        return frozenset(action for file in files for action in _ACTION.findall(file.read_text(encoding="utf-8")))

    @property
    def excused(self) -> frozenset[str]:
        return frozenset(action for text in self.unseen.values() for action in text.split())


PIPELINES = [
    Pipeline(
        "image_factory",
        "buildspec.yml",
        uses.of_shell,
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
        "buildspec.yml",
        uses.of_shell,
        ("packages",),
        {"pip reads packages": "codeartifact:ReadFromRepository"},
    ),
    Pipeline(
        "vending_pipeline",
        "definition.asl.json",
        uses.of_states,
        ("machine",),
        {
            "list and results are encrypted": "kms:Decrypt kms:GenerateDataKey",
            # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and .../xray-iam.html
            "Step Functions writes its log and traces": "logs:CreateLogDelivery logs:GetLogDelivery"
            " logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy"
            " logs:DescribeResourcePolicies logs:DescribeLogGroups xray:PutTraceSegments xray:PutTelemetryRecords"
            " xray:GetSamplingRules xray:GetSamplingTargets",
        },
    ),
    Pipeline(
        "vending_pipeline",
        "buildspec.yml",
        uses.of_shell,
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
each_pipeline = pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda it: f"{it.module}-{it.policies[0]}")


@each_pipeline
def test_a_role_may_do_what_its_program_calls(pipeline: Pipeline) -> None:
    assert sorted(pipeline.used - pipeline.granted) == []


@each_pipeline
def test_a_role_may_do_nothing_without_a_call_or_a_reason(pipeline: Pipeline) -> None:
    assert sorted(pipeline.granted - pipeline.used - pipeline.excused) == []


@each_pipeline
def test_no_reason_is_about_an_action_that_a_call_shows_or_that_nobody_grants(pipeline: Pipeline) -> None:
    assert sorted(pipeline.excused - pipeline.granted) == []
