"""From an approved model to scores, in files: started by each approval in the model's own group. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Sub, Template

from generators.kit.codebuild import Build, build
from generators.kit.codepipeline import Pipeline, Step, pipeline, run, stage
from generators.kit.event_rules import start_rule
from generators.kit.iam import allow
from generators.kit.model_pipeline import ModelWorkspace, variables
from generators.kit.names import team_resource_name
from generators.kit.ssm_input import contract

_BUILDSPEC = Path(__file__).with_name("score.buildspec.yml")
_ARN = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
_JOBS = ("CreateModel", "CreateTransformJob", "DescribeTransformJob")


@dataclass(frozen=True, slots=True)
class Scoring:
    """The pipeline that scores, its build, and the rule that starts it."""

    build: Build
    pipeline: Pipeline
    rule: tuple[AWSObject, ...]

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((*self.build, *self.pipeline, *self.rule))


def scoring(t: Template, ground: ModelWorkspace, model_type: Any, *sources: Step) -> Scoring:
    """Files below score/ of the data bucket become files below scores/; commands are the platform's own.

    `sources` are alternatives, as in `line`.
    """
    score = build(
        t, ground.shop, "Score", "Scores files with the newest approved version", _BUILDSPEC, *_permissions(t, ground),
        variables=variables(t, ground, model_type), installs=False,
    )  # fmt: skip
    moved = pipeline(t, ground.shop, "Inference", stage("Source", *sources), stage("Score", run(score)))
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {
            "ModelPackageGroupName": [team_resource_name(t, ground.shop.purpose)],
            "ModelApprovalStatus": ["Approved"],
        },
    }
    rule = start_rule(t, moved, "Approved", "Scores with each version that is approved", pattern)
    return Scoring(score, moved, tuple(rule))


def _permissions(t: Template, ground: ModelWorkspace) -> list[dict[str, Any]]:
    """Looks for the version, makes models and transform jobs of the product's name, runs them as the developers do."""
    role = contract(t, "spoke", "developer_execution_role_arn")
    group, name = team_resource_name(t, ground.shop.purpose), variables(t, ground, "")["PIPELINE_NAME"]
    own = [Sub(f"{_ARN}:{kind}/${{Name}}-*", Name=name) for kind in ("model", "transform-job")]
    packages = Sub(f"{_ARN}:model-package/${{Group}}/*", Group=group)
    return [
        # It has no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
        allow(["sagemaker:ListModelPackages"], ["*"]),
        allow(["sagemaker:DescribeModelPackage"], [packages]),
        allow([f"sagemaker:{it}" for it in _JOBS], [*own, packages]),
        allow(["iam:PassRole"], [role], StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"}),
        allow(["s3:ListBucket"], [GetAtt(ground.data[0], "Arn")]),
    ]
