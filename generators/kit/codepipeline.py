"""CodePipeline pipelines: source actions, build actions and approvals. Pure.

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

SOURCE = "source"  # the artifact of the source stage
# https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-id-policies-examples.html
_KMS_ACTIONS = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
# https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html: the role also lists the bucket
_BUCKET_ACTIONS = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"]
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
_READ_ACTIONS = ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"]


@dataclass(frozen=True, slots=True)
class Step:
    """An action of a stage. The pipeline's role needs `permissions`; `condition` names a condition of the template."""

    name: str
    category: str  # Source, Build or Approval
    provider: str
    configuration: Mapping[str, Any]
    permissions: tuple[dict[str, Any], ...] = ()
    inputs: tuple[str, ...] = ()  # artifacts
    outputs: tuple[str, ...] = ()
    condition: str = ""
    namespace: str = ""  # of the exported variables, for later steps
    order: int = 1  # steps with the same order run in parallel


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline and its role."""

    role: Role
    pipeline: cp.Pipeline

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.role, self.pipeline))

    @property
    def arn(self) -> Sub:
        """The ARN of the pipeline."""
        return pipeline_arn(Ref(self.pipeline))


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps of a pipeline; the next stage starts when all have succeeded."""

    name: str
    steps: tuple[Step, ...] = field(default=())


def stage(name: str, *steps: Step) -> Stage:
    """A stage with these steps."""
    return Stage(name, steps)


def connection_source(connection: Any, repository: Any, branch: Any, condition: str = "") -> Step:
    """A repository at GitHub, GitLab or Bitbucket through a connection; a push to the branch starts the pipeline.

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
        outputs=(SOURCE,),
        condition=condition,
    )


def codecommit_source(repository: Any, branch: Any, condition: str = "") -> Step:
    """A CodeCommit repository of this account by name; `kit.start_on_push` starts the pipeline, which does not poll.

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
        (allow([f"codecommit:{action}" for action in (*actions, "UploadArchive")], [repository_arn(repository)]),),
        outputs=(SOURCE,),
        condition=condition,
    )


def s3_source(bucket: Any, key: str) -> Step:
    """An archive in a versioned bucket of the product; `key` is for Fn::Sub. A change does not start the pipeline."""
    archive = Sub(f"arn:${{AWS::Partition}}:s3:::${{Bucket}}/{key}", Bucket=bucket)
    return Step(
        "Archive",
        "Source",
        "S3",
        {"S3Bucket": bucket, "S3ObjectKey": Sub(key) if "${" in key else key, "PollForSourceChanges": "false"},
        (allow(_READ_ACTIONS, [archive]),),
        outputs=(SOURCE,),
    )


def build_step(
    build: Build,
    *,
    inputs: tuple[str, ...] = (SOURCE,),
    outputs: tuple[str, ...] = (),
    condition: str = "",
    namespace: str = "",
    order: int = 1,
    **variables: str,
) -> Step:
    """A step that runs a build; `variables` are plain text and may refer to exported variables: #{Namespace.NAME}."""
    environment = [{"name": name, "value": value, "type": "PLAINTEXT"} for name, value in variables.items()]
    project: dict[str, Any] = {"ProjectName": Ref(build.project)}
    configuration = project | ({"EnvironmentVariables": json.dumps(environment)} if environment else {})
    actions = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
    return Step(
        build.project.title,
        "Build",
        "CodeBuild",
        configuration,
        (allow(actions, [GetAtt(build.project, "Arn")]),),
        inputs,
        outputs,
        condition,
        namespace,
        order,
    )


def approval(question: Any, topic: Any = None) -> Stage:
    """A stage with a manual approval. The platform's roles name it Approve/Approve, so a pipeline may have one."""
    notification = {"NotificationArn": topic} if topic else {}
    permissions = (allow(["sns:Publish"], [topic]),) if topic else ()
    return Stage(
        "Approve", (Step("Approve", "Approval", "Manual", {"CustomData": question} | notification, permissions),)
    )


def pipeline(t: Template, environment: BuildEnvironment, title: str, *stages: Stage, **attributes: Any) -> Pipeline:
    """A pipeline of type V2 that queues its executions; the first stage is the source.

    `attributes` are attributes of the resource, such as DependsOn.
    """
    name = pipeline_name(environment, title)
    steps = [step for stage in stages for step in stage.steps]
    role = service_role(
        t, f"{title}Role", name, "codepipeline",
        *_artifact_permissions(t, environment), *_step_permissions(steps), *_topic_permissions(t, steps),
    )  # fmt: skip
    key = cp.EncryptionKey(Type="KMS", Id=contract(t, "spoke", "data_key_arn"))
    resource = cp.Pipeline(
        title,
        Name=name,
        PipelineType="V2",
        ExecutionMode="QUEUED",
        RoleArn=GetAtt(role, "Arn"),
        ArtifactStore=cp.ArtifactStore(Type="S3", Location=Ref(environment.bucket), EncryptionKey=key),
        Stages=[cp.Stages(Name=stage.name, Actions=[_action(step) for step in stage.steps]) for stage in stages],
        Tags=tags(t),
        **attributes,
    )
    return Pipeline(role, resource)


def pipeline_name(environment: BuildEnvironment, title: str) -> Sub:
    """The name of the pipeline with this title, for resources that the pipeline depends on."""
    return resource_name(f"{environment.purpose}-{title.lower()}")


def pipeline_arn(name: Any) -> Sub:
    """The ARN of a pipeline of this account by its name."""
    return Sub("arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${Name}", Name=name)


def repository_arn(name: Any) -> Sub:
    """The ARN of a CodeCommit repository of this account by its name."""
    return Sub("arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${Name}", Name=name)


def _artifact_permissions(t: Template, environment: BuildEnvironment) -> list[dict[str, Any]]:
    bucket = GetAtt(environment.bucket, "Arn")
    return [
        allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [Sub("${Bucket}/*", Bucket=bucket)]),
        allow(_BUCKET_ACTIONS, [bucket]),
        allow(_KMS_ACTIONS, [contract(t, "spoke", "data_key_arn")]),
    ]


def _topic_permissions(t: Template, steps: list[Step]) -> list[dict[str, Any]]:
    """The key of the topics to which the pipeline's role publishes its questions.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    if not any("NotificationArn" in step.configuration for step in steps):
        return []
    return [allow(["kms:Decrypt", "kms:GenerateDataKey*"], [contract(t, "spoke", "logs_key_arn")])]


def _step_permissions(steps: list[Step]) -> list[Any]:
    """Each statement once; statements of a conditional step have its condition."""
    statements: list[Any] = []
    for step in steps:
        for permission in step.permissions:
            statement = If(step.condition, permission, NoValue) if step.condition else permission
            if statement not in statements:
                statements.append(statement)
    return statements


def _action(step: Step) -> Any:
    action_type = cp.ActionTypeId(Category=step.category, Owner="AWS", Provider=step.provider, Version="1")
    action = cp.Actions(
        Name=step.name,
        ActionTypeId=action_type,
        Configuration=dict(step.configuration),
        InputArtifacts=[cp.InputArtifacts(Name=name) for name in step.inputs],
        OutputArtifacts=[cp.OutputArtifacts(Name=name) for name in step.outputs],
        RunOrder=step.order,
        **({"Namespace": step.namespace} if step.namespace else {}),
    )
    return If(step.condition, action, NoValue) if step.condition else action
