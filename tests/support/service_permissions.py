"""The IAM actions that a service needs under the role of a pipeline or of a target: its definition says them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generators.cloudformation.resource import has_property, strings_at

# (category, owner, provider) of a pipeline's action -> what the pipeline's role does for it.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
# and the page of each action: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
_STEPS: Mapping[tuple[str, str, str], str] = {
    ("Approval", "AWS", "Manual"): "",
    ("Build", "AWS", "CodeBuild"): "codebuild:BatchGetBuilds codebuild:StartBuild",
    ("Source", "AWS", "CodeCommit"): """codecommit:CancelUploadArchive codecommit:GetBranch codecommit:GetCommit
        codecommit:GetRepository codecommit:GetUploadArchiveStatus codecommit:UploadArchive""",
    # Both spellings: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
    (
        "Source",
        "AWS",
        "CodeStarSourceConnection",
    ): "codeconnections:UseConnection codestar-connections:UseConnection",
    ("Source", "AWS", "S3"): "s3:GetObject s3:GetObjectVersion s3:GetBucketVersioning",
}
# What is said -> what it takes.
_SAID: Mapping[tuple[str, ...], str] = {
    ("ArtifactStore", "Location"): """s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning s3:GetObject
        s3:GetObjectVersion s3:PutObject""",
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html
    ("ArtifactStore", "EncryptionKey"): "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey*",
    ("Stages", "Actions", "Configuration", "NotificationArn"): "sns:Publish",
}
# Service in the ARN of a target -> what a rule or a schedule does with it.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
_TARGETS = {
    "codepipeline": "codepipeline:StartPipelineExecution",
    "sagemaker": "sagemaker:StartPipelineExecution",
    "states": "states:StartExecution",
}


def of_pipeline(props: Mapping[str, Any]) -> frozenset[str]:
    """What AWS::CodePipeline::Pipeline does as its role; ValueError for a step that the table does not know."""
    found = {action for step in _steps(props) for action in step.split()}
    return frozenset(
        found | {action for path, text in _SAID.items() if has_property(props, path) for action in text.split()}
    )


def of_targets(targets: Any) -> frozenset[str]:
    """What EventBridge does with the targets of a rule or a schedule; ValueError for a service that is not known."""
    services = [arn.split(":")[2] for arn in strings_at(targets, "Arn")]
    if unknown := sorted(set(services) - _TARGETS.keys()):
        raise ValueError(f"a target of {', '.join(unknown)}: say in the table of targets what it takes")
    return frozenset(_TARGETS[service] for service in services)


def _steps(props: Mapping[str, Any]) -> Iterator[str]:
    for stage in props["Stages"]:
        for action in stage["Actions"]:
            kind = action["ActionTypeId"]
            step = kind["Category"], kind["Owner"], kind["Provider"]
            if step not in _STEPS:
                raise ValueError(f"a step of {' '.join(step)}: say in the table of steps what it takes")
            yield _STEPS[step]
