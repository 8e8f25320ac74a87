"""From a merge to a registered model: what training_pipeline and ml_project share, so that they cannot drift. Pure.

The repository brings buildspec.quality.yml, buildspec.build.yml and buildspec.run.yml at its root; `variables` is what
they are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Equals, GetAtt, Join, Not, Ref, Sub, Tags, Template, s3
from troposphere import codebuild as cb
from troposphere import sagemaker as sm

from generators.kit.bucket import KEEP, private_bucket
from generators.kit.codebuild import Build, BuildEnvironment, build, build_environment
from generators.kit.codepipeline import Pipeline, Step, pipeline, run, stage
from generators.kit.container_image import Container, container
from generators.kit.event_rules import notify_on_completion, topic, topic_policy
from generators.kit.iam import allow, document
from generators.kit.names import resource_name, team_resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

_OWN = "bring-your-own-container"
MODEL_TYPES = ("tabular-classification", "tabular-regression", "time-series-forecasting", _OWN, "model-chain")
OWN_CONTAINER = "OwnContainer"  # condition: the repository has a Dockerfile
_READ_MODELS = ["sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup", "sagemaker:ListModelPackages"]
_REPORTS = ("BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "UpdateReport")


@dataclass(frozen=True, slots=True)
class ModelWorkspace:
    """What a model's work stands on: its buckets, its group in the registry, its experiment, its topic."""

    shop: BuildEnvironment
    data: tuple[s3.Bucket, s3.BucketPolicy]
    models: tuple[s3.Bucket, s3.BucketPolicy]
    group: sm.ModelPackageGroup
    experiment: sm.Experiment

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((*self.shop, *self.data, *self.models, self.group, self.experiment))


@dataclass(frozen=True, slots=True)
class ModelPipeline:
    """The pipeline from a merge to a registered model, with everything that it needs."""

    ground: ModelWorkspace
    pipeline: Pipeline
    parts: tuple[AWSObject, ...]
    trains: Any  # the name of the SageMaker pipeline
    models: Any  # the name of the model package group

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((*self.ground, *self.parts, *self.pipeline))


def model_name(what: str) -> dict[str, Any]:
    """A parameter that names a model; buckets, roles and the group of its versions carry the name."""
    return {
        "AllowedPattern": "[a-z][a-z0-9-]{1,18}[a-z0-9]",
        "ConstraintDescription": "3 to 20 lower-case letters, digits and dashes, beginning with a letter",
        "Description": f"{what}, part of the names of buckets, builds and the model group; keep it in upgrades",
    }


def model_type() -> dict[str, Any]:
    """A parameter that says what kind of repository it is."""
    return {
        "Default": MODEL_TYPES[0],
        "AllowedValues": list(MODEL_TYPES),
        "Description": "What the repository trains; with bring-your-own-container its Dockerfile is built first",
    }


def own_container(t: Template, model_type: Any) -> None:
    """The two conditions that `line` asks for."""
    own = Equals(model_type, _OWN)
    t.add_condition(OWN_CONTAINER, own)
    t.add_condition(f"No{OWN_CONTAINER}", Not(own))


def sagemaker_pipeline(model: str) -> Sub:
    """The name of the SageMaker pipeline that the build stage makes and the run stage starts."""
    return resource_name(f"{model}-training")


def model_workspace(t: Template, model: str, **more: Any) -> ModelWorkspace:
    """`model` is for Fn::Sub, at most 20 characters; `more` are tags beside the platform's."""
    return ModelWorkspace(
        build_environment(t, model),
        private_bucket(t, "DataBucket", f"{model}-data"),
        private_bucket(t, "ModelBucket", f"{model}-models"),
        _group(t, model, more),
        sm.Experiment("Experiment", ExperimentName=resource_name(model), Tags=_items(tags(t, **more)), **KEEP),
    )


def _items(tags: Tags) -> list[sm.TagsItems]:
    """troposphere has a class of its own for this type's tags."""
    return [sm.TagsItems(**it) for it in tags.tags]


def model_pipeline(t: Template, ground: ModelWorkspace, model_type: Any, *sources: Step) -> ModelPipeline:
    """Quality, build and run, started by a merge. `sources` are alternatives: no two hold at the same time.

    The template has the conditions of `own_container`; with one, the build stage makes the repository's image first.
    """
    told = variables(t, ground, model_type)
    reports = _reports(t, ground)
    quality = _step(t, ground, told, "Quality", "Checks format, types and tests", _report(reports))
    upsert = _step(t, ground, told, "Build", "Writes the SageMaker pipeline", *_upsert(t, ground))
    start = _step(t, ground, told, "Run", "Starts the SageMaker pipeline", *_start(ground))
    own = container(t, ground.shop, OWN_CONTAINER)
    moved = pipeline(
        t,
        ground.shop,
        "Training",
        stage("Source", *sources),
        stage("Quality", run(quality)),
        stage("Build", *_build_steps(own, upsert)),
        stage("Run", run(start)),
    )
    news = topic(t, "News", f"{ground.shop.purpose}-news")
    ended = notify_on_completion(t, moved, news)
    parts = (*quality, *reports, *own, *upsert, *start, news, ended, topic_policy(news, ended))
    return ModelPipeline(ground, moved, parts, told["PIPELINE_NAME"], told["MODEL_PACKAGE_GROUP"])


def variables(t: Template, ground: ModelWorkspace, model_type: Any) -> dict[str, Any]:
    """What every build of a model is told."""
    hub = {f"PACKAGE_INDEX_{it.upper()}": f"package_index_{it}" for it in ("domain", "repository", "account")}
    hub |= {f"{it.upper()}_IMAGE": f"{it}_image_uri" for it in ("processing", "training", "inference")}
    return {
        "PIPELINE_NAME": sagemaker_pipeline(ground.shop.purpose),
        "ROLE_ARN": contract(t, "spoke", "developer_execution_role_arn"),
        "MODEL_PACKAGE_GROUP": team_resource_name(t, ground.shop.purpose),
        "MODEL_TYPE": model_type,
        "MODEL_BUCKET": Ref(ground.models[0]),
        "DATA_BUCKET": Ref(ground.data[0]),
        "ARTIFACT_BUCKET": Ref(ground.shop.bucket),
        "EXPERIMENT_NAME": resource_name(ground.shop.purpose),
        "SUBNET_IDS": Join(",", contract(t, "spoke", "subnet_ids")),
        "SECURITY_GROUP_IDS": GetAtt(ground.shop.group, "GroupId"),
        "DATA_KEY_ARN": contract(t, "spoke", "data_key_arn"),
        **{name: contract(t, "hub", key) for name, key in hub.items()},
    }


def _group(t: Template, model: str, more: Mapping[str, Any]) -> sm.ModelPackageGroup:
    """Versions of one model. The team's other accounts may look at them, which a promotion begins with.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html
    """
    name = team_resource_name(t, model)
    others = [contract(t, "spoke", f"{it}_account_id") for it in ("pre_production", "production")]
    arn = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
    kinds = ("model-package-group/${Group}", "model-package/${Group}/*")
    look = {"Sid": "TeamLooks", "Effect": "Allow", "Principal": {"AWS": others}, "Action": _READ_MODELS}
    look["Resource"] = [Sub(f"{arn}:{it}", Group=name) for it in kinds]
    return sm.ModelPackageGroup(
        "ModelGroup",
        ModelPackageGroupName=name,
        ModelPackageGroupDescription="Versions of one model, each approved or rejected by a model approver",
        ModelPackageGroupPolicy=document(look),
        Tags=tags(t, **more),
        **KEEP,
    )


def _step(
    t: Template, ground: ModelWorkspace, told: Mapping[str, Any], title: str, about: str, *more: dict[str, Any]
) -> Build:
    """A build whose commands stand in the repository."""
    return build(t, ground.shop, title, about, f"buildspec.{title.lower()}.yml", *more, variables=told)


def _build_steps(own: Container, upsert: Build) -> tuple[Step, ...]:
    """The pipeline is written; with an image of one's own, first the image, whose address takes the hub's place."""
    image = "#{Image.IMAGE}"
    return (
        run(own.build, namespace="Image", when=OWN_CONTAINER),
        run(upsert, order=2, when=OWN_CONTAINER, TRAINING_IMAGE=image, INFERENCE_IMAGE=image),
        run(upsert, when=f"No{OWN_CONTAINER}"),
    )


def _reports(t: Template, ground: ModelWorkspace) -> tuple[cb.ReportGroup, ...]:
    """Tests and their coverage. CodeBuild finds a group by the project's name and the one in the buildspec.

    https://docs.aws.amazon.com/codebuild/latest/userguide/report-group-naming.html
    """
    return tuple(
        cb.ReportGroup(
            title,
            Name=Sub(f"${{Project}}-{title.lower()}", Project=resource_name(f"{ground.shop.purpose}-quality")),
            Type=kind,
            DeleteReports=True,
            ExportConfig=cb.ReportExportConfig(ExportConfigType="NO_EXPORT"),
            Tags=tags(t),
        )
        for title, kind in (("Tests", "TEST"), ("Coverage", "CODE_COVERAGE"))
    )


def _report(reports: tuple[cb.ReportGroup, ...]) -> dict[str, Any]:
    return allow([f"codebuild:{it}" for it in _REPORTS], [GetAtt(it, "Arn") for it in reports])


def _upsert(t: Template, ground: ModelWorkspace) -> list[dict[str, Any]]:
    """One SageMaker pipeline, that runs as the developers do."""
    role = contract(t, "spoke", "developer_execution_role_arn")
    sagemaker = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    actions = [f"sagemaker:{it}Pipeline" for it in ("Create", "Describe", "Update")]
    return [
        allow(actions, [_pipeline_arn(ground)]),
        allow(["iam:PassRole"], [role], StringEquals=sagemaker),
    ]


def _start(ground: ModelWorkspace) -> list[dict[str, Any]]:
    runs = Sub("${Pipeline}/execution/*", Pipeline=_pipeline_arn(ground))
    look = ["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps"]
    return [allow(["sagemaker:StartPipelineExecution"], [_pipeline_arn(ground)]), allow(look, [runs])]


def _pipeline_arn(ground: ModelWorkspace) -> Sub:
    name = sagemaker_pipeline(ground.shop.purpose)
    return Sub("arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:pipeline/${Name}", Name=name)
