"""IAM actions of the roles of pipelines and of event targets, read from their definition. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generators.cloudformation.resource import has_property, strings_at

# (category, owner, provider) of a pipeline action -> IAM actions of the pipeline's role.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
# and the page of each action: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
_PIPELINE_ACTIONS: Mapping[tuple[str, str, str], str] = {
    ("Approval", "AWS", "Manual"): "",
    ("Build", "AWS", "CodeBuild"): "codebuild:BatchGetBuilds codebuild:StartBuild",
    ("Source", "AWS", "CodeCommit"): """codecommit:CancelUploadArchive codecommit:GetBranch codecommit:GetCommit
        codecommit:GetRepository codecommit:GetUploadArchiveStatus codecommit:UploadArchive""",
    # Both service prefixes: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
    (
        "Source",
        "AWS",
        "CodeStarSourceConnection",
    ): "codeconnections:UseConnection codestar-connections:UseConnection",
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
    ("Source", "AWS", "S3"): """s3:GetObject s3:GetObjectTagging s3:GetObjectVersion s3:GetObjectVersionTagging
        s3:GetBucketVersioning""",
}
# Property of the pipeline -> IAM actions.
_PROPERTIES: Mapping[tuple[str, ...], str] = {
    ("ArtifactStore", "Location"): """s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning s3:GetObject
        s3:GetObjectVersion s3:ListBucket s3:PutObject""",
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html
    ("ArtifactStore", "EncryptionKey"): "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey*",
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html: topics are encrypted
    ("Stages", "Actions", "Configuration", "NotificationArn"): "sns:Publish kms:Decrypt kms:GenerateDataKey*",
}
# Service in the ARN of a target -> IAM action of a rule or a schedule.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
_TARGETS = {
    "codepipeline": "codepipeline:StartPipelineExecution",
    "sagemaker": "sagemaker:StartPipelineExecution",
    "states": "states:StartExecution",
}


def of_pipeline(props: Mapping[str, Any]) -> frozenset[str]:
    """IAM actions of an AWS::CodePipeline::Pipeline; ValueError for a pipeline action that is not in the table."""
    actions = {action for text in _pipeline_actions(props) for action in text.split()}
    return frozenset(
        actions | {action for path, text in _PROPERTIES.items() if has_property(props, path) for action in text.split()}
    )


def of_targets(targets: Any) -> frozenset[str]:
    """IAM actions of EventBridge for the targets of a rule or a schedule; ValueError for an unknown service."""
    services = [arn.split(":")[2] for arn in strings_at(targets, "Arn")]
    if unknown := sorted(set(services) - _TARGETS.keys()):
        raise ValueError(f"a target of {', '.join(unknown)}: say in the table of targets what it takes")
    return frozenset(_TARGETS[service] for service in services)


def _pipeline_actions(props: Mapping[str, Any]) -> Iterator[str]:
    for stage in props["Stages"]:
        for action in stage["Actions"]:
            action_type = action["ActionTypeId"]
            key = action_type["Category"], action_type["Owner"], action_type["Provider"]
            if key not in _PIPELINE_ACTIONS:
                raise ValueError(f"a step of {' '.join(key)}: say in the table of steps what it takes")
            yield _PIPELINE_ACTIONS[key]
