"""A pipeline that scores files with an approved model, started by each approval in the model's group. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Sub, Template

from generators.kit.codebuild import Build, build
from generators.kit.codepipeline import Pipeline, Step, build_step, pipeline, stage
from generators.kit.event_rules import start_rule
from generators.kit.iam import allow
from generators.kit.model_pipeline import ModelWorkspace, build_variables
from generators.kit.names import team_resource_name
from generators.kit.ssm_input import contract

_BUILDSPEC = Path(__file__).with_name("score.buildspec.yml")
_ARN = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
_JOB_ACTIONS = ("CreateModel", "CreateTransformJob", "DescribeTransformJob")


@dataclass(frozen=True, slots=True)
class ScoringPipeline:
    """The scoring pipeline, its build, and the EventBridge rule that starts it."""

    build: Build
    pipeline: Pipeline
    rule: tuple[AWSObject, ...]

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((*self.build, *self.pipeline, *self.rule))


def scoring_pipeline(t: Template, workspace: ModelWorkspace, model_type: Any, *sources: Step) -> ScoringPipeline:
    """Scores files below score/ of the data bucket into files below scores/, with commands of the platform.

    `sources` are alternatives, as in `model_pipeline`.
    """
    score = build(
        t, workspace.build_environment, "Score", "Scores files with the newest approved version", _BUILDSPEC,
        *_permissions(t, workspace),
        variables=build_variables(t, workspace, model_type), installs_packages=False,
    )  # fmt: skip
    stages = (stage("Source", *sources), stage("Score", build_step(score)))
    inference = pipeline(t, workspace.build_environment, "Inference", *stages)
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {
            "ModelPackageGroupName": [team_resource_name(t, workspace.build_environment.purpose)],
            "ModelApprovalStatus": ["Approved"],
        },
    }
    rule = start_rule(t, inference, "Approved", "Scores with each version that is approved", pattern)
    return ScoringPipeline(score, inference, tuple(rule))


def _permissions(t: Template, workspace: ModelWorkspace) -> list[dict[str, Any]]:
    """Permissions to find the version, and to create models and transform jobs with the developers' execution role."""
    role = contract(t, "spoke", "developer_execution_role_arn")
    group, name = (
        team_resource_name(t, workspace.build_environment.purpose),
        build_variables(t, workspace, "")["PIPELINE_NAME"],
    )
    own_resources = [
        Sub(f"{_ARN}:{resource_type}/${{Name}}-*", Name=name) for resource_type in ("model", "transform-job")
    ]
    packages = Sub(f"{_ARN}:model-package/${{Group}}/*", Group=group)
    return [
        # The action has no resource type: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
        allow(["sagemaker:ListModelPackages"], ["*"]),
        allow(["sagemaker:DescribeModelPackage"], [packages]),
        allow([f"sagemaker:{action}" for action in _JOB_ACTIONS], [*own_resources, packages]),
        allow(["iam:PassRole"], [role], StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"}),
        allow(["s3:ListBucket"], [GetAtt(workspace.data_bucket[0], "Arn")]),
        # For the volume of the job: https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
        allow(
            ["kms:CreateGrant"],
            [contract(t, "spoke", "data_key_arn")],
            Bool={"kms:GrantIsForAWSResource": "true"},
            StringLike={"kms:ViaService": "sagemaker.*.amazonaws.com"},
        ),
    ]
