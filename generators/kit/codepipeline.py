"""A pipeline made of stages: where its source comes from, the builds that it runs, the person whom it asks. Pure.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from troposphere import AWSObject, GetAtt, If, NoValue, Ref, Sub, Template
from troposphere import codepipeline as cp
from troposphere.iam import Role

from generators.kit.codebuild import Build, BuildEnvironment
from generators.kit.iam import allow, service_role
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

SOURCE = "source"  # the artifact that every build begins with
# https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-id-policies-examples.html
_KEY = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
_BUCKET = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a stage. `grants` is what the pipeline's role needs for it; `when` a condition of the template."""

    name: str
    category: str  # Source, Build or Approval
    provider: str
    configuration: Mapping[str, Any]
    grants: tuple[dict[str, Any], ...] = ()
    takes: tuple[str, ...] = ()  # artifacts
    gives: tuple[str, ...] = ()
    when: str = ""
    namespace: str = ""  # under which later steps read the variables that this one exports
    order: int = 1  # steps of a stage with the same number run at the same time


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline and the role under which it moves from stage to stage."""

    role: Role
    pipeline: cp.Pipeline

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.role, self.pipeline))

    @property
    def arn(self) -> Sub:
        """Such as a rule that starts it needs."""
        return pipeline_arn(Ref(self.pipeline))


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that belong together; the next stage begins when all are done."""

    name: str
    steps: tuple[Step, ...] = field(default=())


def stage(name: str, *steps: Step) -> Stage:
    """A stage and its steps."""
    return Stage(name, steps)


def from_connection(connection: Any, repository: Any, branch: Any, when: str = "") -> Step:
    """GitHub, GitLab or Bitbucket, through an account's connection; a push to the branch starts the pipeline.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    """
    return Step(
        "Connection",
        "Source",
        "CodeStarSourceConnection",
        {
            "ConnectionArn": connection,
            "FullRepositoryId": repository,
            "BranchName": branch,
            "OutputArtifactFormat": "CODE_ZIP",
            "DetectChanges": "true",
        },
        (allow(["codeconnections:UseConnection", "codestar-connections:UseConnection"], [connection]),),
        gives=(SOURCE,),
        when=when,
    )


def from_codecommit(repository: Any, branch: Any, when: str = "") -> Step:
    """A repository of this account by name; a rule starts the pipeline (`kit.start_on_push`), nothing polls.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
    """
    actions = ["CancelUploadArchive", "GetBranch", "GetCommit", "GetRepository", "GetUploadArchiveStatus"]
    return Step(
        "CodeCommit",
        "Source",
        "CodeCommit",
        {
            "RepositoryName": repository,
            "BranchName": branch,
            "OutputArtifactFormat": "CODE_ZIP",
            "PollForSourceChanges": "false",
        },
        (allow([f"codecommit:{it}" for it in (*actions, "UploadArchive")], [repository_arn(repository)]),),
        gives=(SOURCE,),
        when=when,
    )


def from_bucket(bucket: Any, key: str) -> Step:
    """An archive in a versioned bucket of the product, `key` being for Fn::Sub; whoever starts the pipeline says so."""
    found = Sub(f"arn:${{AWS::Partition}}:s3:::${{Bucket}}/{key}", Bucket=bucket)
    return Step(
        "Archive",
        "Source",
        "S3",
        {"S3Bucket": bucket, "S3ObjectKey": Sub(key) if "${" in key else key, "PollForSourceChanges": "false"},
        (allow(["s3:GetObject", "s3:GetObjectVersion"], [found]),),
        gives=(SOURCE,),
    )


def run(
    build: Build,
    *,
    takes: tuple[str, ...] = (SOURCE,),
    gives: tuple[str, ...] = (),
    when: str = "",
    namespace: str = "",
    order: int = 1,
    **variables: str,
) -> Step:
    """Run a build; `variables` are plain text that may hold what earlier steps exported: #{Namespace.NAME}."""
    given = [{"name": it, "value": value, "type": "PLAINTEXT"} for it, value in variables.items()]
    project: dict[str, Any] = {"ProjectName": Ref(build.project)}
    configuration = project | ({"EnvironmentVariables": json.dumps(given)} if given else {})
    actions = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
    return Step(
        build.project.title,
        "Build",
        "CodeBuild",
        configuration,
        (allow(actions, [GetAtt(build.project, "Arn")]),),
        takes,
        gives,
        when,
        namespace,
        order,
    )


def approval(question: Any, topic: Any = None) -> Stage:
    """A stage in which a person says yes or no. The platform's roles name it Approve/Approve: one in a pipeline."""
    told = {"NotificationArn": topic} if topic else {}
    grants = (allow(["sns:Publish"], [topic]),) if topic else ()
    return Stage("Approve", (Step("Approve", "Approval", "Manual", {"CustomData": question} | told, grants),))


def pipeline(t: Template, shop: BuildEnvironment, title: str, *stages: Stage, **more: Any) -> Pipeline:
    """A CodePipeline of type V2 that works off one start after the other; the first stage is the source.

    It is named as the workshop and the title say; `more` are attributes of the resource, such as DependsOn.
    """
    name = pipeline_name(shop, title)
    steps = [step for it in stages for step in it.steps]
    role = service_role(t, f"{title}Role", name, "codepipeline", *_artifacts(t, shop), *_granted(steps))
    key = cp.EncryptionKey(Type="KMS", Id=contract(t, "spoke", "data_key_arn"))
    made = cp.Pipeline(
        title,
        Name=name,
        PipelineType="V2",
        ExecutionMode="QUEUED",
        RoleArn=GetAtt(role, "Arn"),
        ArtifactStore=cp.ArtifactStore(Type="S3", Location=Ref(shop.bucket), EncryptionKey=key),
        Stages=[cp.Stages(Name=it.name, Actions=[_action(step) for step in it.steps]) for it in stages],
        Tags=tags(t),
        **more,
    )
    return Pipeline(role, made)


def pipeline_name(shop: BuildEnvironment, title: str) -> Sub:
    """The name that a pipeline of this title has; for what must know it before the pipeline is there."""
    return resource_name(f"{shop.purpose}-{title.lower()}")


def pipeline_arn(name: Any) -> Sub:
    """The ARN of a pipeline of this account by its name."""
    return Sub("arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${Name}", Name=name)


def repository_arn(name: Any) -> Sub:
    """The ARN of a CodeCommit repository of this account by its name."""
    return Sub("arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${Name}", Name=name)


def _artifacts(t: Template, shop: BuildEnvironment) -> list[dict[str, Any]]:
    bucket = GetAtt(shop.bucket, "Arn")
    return [
        allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [Sub("${Bucket}/*", Bucket=bucket)]),
        allow(_BUCKET, [bucket]),
        allow(_KEY, [contract(t, "spoke", "data_key_arn")]),
    ]


def _granted(steps: list[Step]) -> list[Any]:
    """Once each; what a step needs that is left out is left out too."""
    found: list[Any] = []
    for step in steps:
        for grant in step.grants:
            wanted = If(step.when, grant, NoValue) if step.when else grant
            if wanted not in found:
                found.append(wanted)
    return found


def _action(step: Step) -> Any:
    kind = cp.ActionTypeId(Category=step.category, Owner="AWS", Provider=step.provider, Version="1")
    action = cp.Actions(
        Name=step.name,
        ActionTypeId=kind,
        Configuration=dict(step.configuration),
        InputArtifacts=[cp.InputArtifacts(Name=it) for it in step.takes],
        OutputArtifacts=[cp.OutputArtifacts(Name=it) for it in step.gives],
        RunOrder=step.order,
        **({"Namespace": step.namespace} if step.namespace else {}),
    )
    return If(step.when, action, NoValue) if step.when else action
