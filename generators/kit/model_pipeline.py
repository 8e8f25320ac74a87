"""The pipeline from a merge to a registered model, which training_pipeline and ml_project share. Pure.

The repository has buildspec.quality.yml, buildspec.build.yml and buildspec.run.yml at its root; `build_variables` are
their environment variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Equals, GetAtt, Join, Not, Ref, Sub, Tags, Template, s3
from troposphere import codebuild as cb
from troposphere import sagemaker as sm

from generators.kit.bucket import RETAIN, private_bucket
from generators.kit.codebuild import MAX_TIMEOUT_MINUTES, Build, BuildEnvironment, build, build_environment
from generators.kit.codepipeline import Pipeline, Step, build_step, pipeline, stage
from generators.kit.container_image import Container, container
from generators.kit.event_rules import notify_on_completion, topic, topic_policy
from generators.kit.iam import allow, policy_document
from generators.kit.job import model_reader_arns
from generators.kit.names import resource_name, team_resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags
from generators.project_templates import MODEL_TYPES

_OWN_CONTAINER_TYPE = "bring-your-own-container"
OWN_CONTAINER = "OwnContainer"  # condition: the repository has a Dockerfile
_READ_MODEL_ACTIONS = [
    "sagemaker:DescribeModelPackage",
    "sagemaker:DescribeModelPackageGroup",
    "sagemaker:ListModelPackages",
]
_REPORT_ACTIONS = ("BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "UpdateReport")


@dataclass(frozen=True, slots=True)
class ModelWorkspace:
    """Resources of one model: build environment, buckets with their policies, model package group, experiment."""

    build_environment: BuildEnvironment
    data_bucket: tuple[s3.Bucket, s3.BucketPolicy]
    model_bucket: tuple[s3.Bucket, s3.BucketPolicy]
    model_group: sm.ModelPackageGroup
    experiment: sm.Experiment

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((*self.build_environment, *self.data_bucket, *self.model_bucket, self.model_group, self.experiment))


@dataclass(frozen=True, slots=True)
class ModelPipeline:
    """The pipeline from a merge to a registered model, its workspace and its other resources."""

    workspace: ModelWorkspace
    pipeline: Pipeline
    resources: tuple[AWSObject, ...]
    training_pipeline: Any  # name of the SageMaker pipeline
    model_group: Any  # name of the model package group

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((*self.workspace, *self.resources, *self.pipeline))


def model_name_parameter(subject: str) -> dict[str, Any]:
    """Properties of a parameter for the name of a model, which is part of the names of its resources."""
    return {
        "AllowedPattern": "[a-z][a-z0-9-]{1,18}[a-z0-9]",
        "ConstraintDescription": "3 to 20 lower-case letters, digits and dashes, beginning with a letter",
        "Description": f"{subject}, part of the names of buckets, builds and the model group; keep it in upgrades",
    }


def model_type_parameter() -> dict[str, Any]:
    """Properties of a parameter for the model type."""
    return {
        "Default": MODEL_TYPES[0],
        "AllowedValues": list(MODEL_TYPES),
        "Description": "What the repository trains; with bring-your-own-container its Dockerfile is built first",
    }


def add_container_conditions(t: Template, model_type: Any) -> None:
    """Add the two conditions that `model_pipeline` uses."""
    is_own_container = Equals(model_type, _OWN_CONTAINER_TYPE)
    t.add_condition(OWN_CONTAINER, is_own_container)
    t.add_condition(f"No{OWN_CONTAINER}", Not(is_own_container))


def sagemaker_pipeline(model: str) -> Sub:
    """The name of the SageMaker pipeline that the build stage writes and the run stage starts."""
    return resource_name(f"{model}-training")


def model_workspace(t: Template, model: str, **extra_tags: Any) -> ModelWorkspace:
    """The workspace of a model; `model` is its name for Fn::Sub, at most 20 characters."""
    readers = model_reader_arns(t)
    return ModelWorkspace(
        build_environment(t, model, readers=readers),
        private_bucket(t, "DataBucket", f"{model}-data"),
        private_bucket(t, "ModelBucket", f"{model}-models", exempt_readers=readers),
        _model_group(t, model, extra_tags),
        sm.Experiment("Experiment", ExperimentName=resource_name(model), Tags=_items(tags(t, **extra_tags)), **RETAIN),
    )


def _items(tags: Tags) -> list[sm.TagsItems]:
    """The tags as TagsItems, which troposphere demands for this type."""
    return [sm.TagsItems(**tag) for tag in tags.tags]


def model_pipeline(t: Template, workspace: ModelWorkspace, model_type: Any, *sources: Step) -> ModelPipeline:
    """Stages quality, build and run, started by a merge. `sources` are alternatives under exclusive conditions.

    The template has the conditions of `add_container_conditions`; with a container, the build stage builds it first.
    """
    variables = build_variables(t, workspace, model_type)
    reports = _reports(t, workspace)
    quality = _repository_build(
        t, workspace, variables, "Quality", "Checks format, types and tests", _report_permissions(reports)
    )
    upsert = _repository_build(
        t, workspace, variables, "Build", "Writes the SageMaker pipeline", *_upsert_permissions(t, workspace)
    )
    start = _repository_build(
        t, workspace, variables, "Run", "Starts the SageMaker pipeline", *_start_permissions(workspace)
    )
    start.project.TimeoutInMinutes = MAX_TIMEOUT_MINUTES  # it waits for the training
    image = container(t, workspace.build_environment, OWN_CONTAINER)
    training = pipeline(
        t,
        workspace.build_environment,
        "Training",
        stage("Source", *sources),
        stage("Quality", build_step(quality)),
        stage("Build", *_build_steps(image, upsert)),
        stage("Run", build_step(start)),
    )
    news = topic(t, "News", f"{workspace.build_environment.purpose}-news")
    completion = notify_on_completion(t, training, news)
    resources = (*quality, *reports, *image, *upsert, *start, news, completion, topic_policy(news, completion))
    return ModelPipeline(workspace, training, resources, variables["PIPELINE_NAME"], variables["MODEL_PACKAGE_GROUP"])


def build_variables(t: Template, workspace: ModelWorkspace, model_type: Any) -> dict[str, Any]:
    """Environment variables of every build of a model."""
    hub = {f"PACKAGE_INDEX_{key.upper()}": f"package_index_{key}" for key in ("domain", "repository", "account")}
    hub |= {f"{job.upper()}_IMAGE": f"{job}_image_uri" for job in ("processing", "training", "inference")}
    return {
        "PIPELINE_NAME": sagemaker_pipeline(workspace.build_environment.purpose),
        "ROLE_ARN": contract(t, "spoke", "developer_execution_role_arn"),
        "MODEL_PACKAGE_GROUP": team_resource_name(t, workspace.build_environment.purpose),
        "MODEL_TYPE": model_type,
        "MODEL_BUCKET": Ref(workspace.model_bucket[0]),
        "DATA_BUCKET": Ref(workspace.data_bucket[0]),
        "ARTIFACT_BUCKET": Ref(workspace.build_environment.bucket),
        "EXPERIMENT_NAME": resource_name(workspace.build_environment.purpose),
        "SUBNET_IDS": Join(",", contract(t, "spoke", "subnet_ids")),
        "SECURITY_GROUP_IDS": GetAtt(workspace.build_environment.group, "GroupId"),
        "DATA_KEY_ARN": contract(t, "spoke", "data_key_arn"),
        **{name: contract(t, "hub", key) for name, key in hub.items()},
    }


def _model_group(t: Template, model: str, extra_tags: Mapping[str, Any]) -> sm.ModelPackageGroup:
    """The model package group; the team's other accounts may read it, which a promotion needs.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html
    """
    name = team_resource_name(t, model)
    others = [contract(t, "spoke", f"{stage}_account_id") for stage in ("pre_production", "production")]
    arn = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
    resource_types = ("model-package-group/${Group}", "model-package/${Group}/*")
    statement = {"Sid": "TeamLooks", "Effect": "Allow", "Principal": {"AWS": others}, "Action": _READ_MODEL_ACTIONS}
    statement["Resource"] = [Sub(f"{arn}:{resource_type}", Group=name) for resource_type in resource_types]
    return sm.ModelPackageGroup(
        "ModelGroup",
        ModelPackageGroupName=name,
        ModelPackageGroupDescription="Versions of one model, each approved or rejected by a model approver",
        ModelPackageGroupPolicy=policy_document(statement),
        Tags=tags(t, **extra_tags),
        **RETAIN,
    )


def _repository_build(
    t: Template,
    workspace: ModelWorkspace,
    variables: Mapping[str, Any],
    title: str,
    description: str,
    *permissions: dict[str, Any],
) -> Build:
    """A build whose buildspec is in the repository."""
    return build(
        t,
        workspace.build_environment,
        title,
        description,
        f"buildspec.{title.lower()}.yml",
        *permissions,
        variables=variables,
    )


def _build_steps(image: Container, upsert: Build) -> tuple[Step, ...]:
    """Steps that write the SageMaker pipeline; an own container is built first and replaces the hub's images."""
    uri = "#{Image.IMAGE}"
    return (
        build_step(image.build, namespace="Image", condition=OWN_CONTAINER),
        build_step(upsert, order=2, condition=OWN_CONTAINER, TRAINING_IMAGE=uri, INFERENCE_IMAGE=uri),
        build_step(upsert, condition=f"No{OWN_CONTAINER}"),
    )


def _reports(t: Template, workspace: ModelWorkspace) -> tuple[cb.ReportGroup, ...]:
    """Report groups of tests and coverage. CodeBuild finds a group by the project's name and its name in the buildspec.

    https://docs.aws.amazon.com/codebuild/latest/userguide/report-group-naming.html
    """
    return tuple(
        cb.ReportGroup(
            title,
            Name=Sub(
                f"${{Project}}-{title.lower()}", Project=resource_name(f"{workspace.build_environment.purpose}-quality")
            ),
            Type=report_type,
            DeleteReports=True,
            ExportConfig=cb.ReportExportConfig(ExportConfigType="NO_EXPORT"),
            Tags=tags(t),
        )
        for title, report_type in (("Tests", "TEST"), ("Coverage", "CODE_COVERAGE"))
    )


def _report_permissions(reports: tuple[cb.ReportGroup, ...]) -> dict[str, Any]:
    return allow([f"codebuild:{action}" for action in _REPORT_ACTIONS], [GetAtt(group, "Arn") for group in reports])


def _upsert_permissions(t: Template, workspace: ModelWorkspace) -> list[dict[str, Any]]:
    """Permissions to write one SageMaker pipeline, which runs with the developers' execution role."""
    role = contract(t, "spoke", "developer_execution_role_arn")
    sagemaker = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    actions = [f"sagemaker:{verb}Pipeline" for verb in ("Create", "Describe", "Update")]
    return [
        allow(actions, [_pipeline_arn(workspace)]),
        allow(["iam:PassRole"], [role], StringEquals=sagemaker),
    ]


def _start_permissions(workspace: ModelWorkspace) -> list[dict[str, Any]]:
    executions = Sub("${Pipeline}/execution/*", Pipeline=_pipeline_arn(workspace))
    look = ["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps"]
    jobs = Sub("arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:processing-job/pipelines-*")
    return [
        allow(["sagemaker:StartPipelineExecution"], [_pipeline_arn(workspace)]),
        allow(look, [executions]),
        allow(["sagemaker:DescribeProcessingJob"], [jobs]),  # the findings in a person's data
        *_sample_permissions(workspace),
    ]


def _sample_permissions(workspace: ModelWorkspace) -> list[dict[str, Any]]:
    """Permissions to see whether the folder raw/ of the data bucket is empty, and to put generated data there."""
    bucket = GetAtt(workspace.data_bucket[0], "Arn")
    return [
        allow(["s3:ListBucket"], [bucket], StringEquals={"s3:prefix": "raw/"}),
        allow(["s3:PutObject"], [Sub("${Bucket}/raw/*", Bucket=bucket)]),
    ]


def _pipeline_arn(workspace: ModelWorkspace) -> Sub:
    name = sagemaker_pipeline(workspace.build_environment.purpose)
    return Sub("arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:pipeline/${Name}", Name=name)
