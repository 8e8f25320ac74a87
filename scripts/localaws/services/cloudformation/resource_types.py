"""Every resource type that the engine holds. Adding one is one row in the file of its service."""

from scripts.localaws.services.cloudformation.resources import (
    cloudwatch_events_budgets,
    codesuite_ecr,
    emr,
    iam_ec2_lambda,
    s3_ssm_logs_kms_sns_sqs,
    sagemaker_serving,
    sagemaker_studio,
)
from scripts.localaws.services.cloudformation.resources.resource_type import ResourceType

ROWS: dict[str, ResourceType] = {
    **s3_ssm_logs_kms_sns_sqs.ROWS,
    **iam_ec2_lambda.ROWS,
    **sagemaker_studio.ROWS,
    **sagemaker_serving.ROWS,
    **cloudwatch_events_budgets.ROWS,
    **codesuite_ecr.ROWS,
    **emr.ROWS,
}


def is_custom(kind: str) -> bool:
    """Custom resources are made by a function of the template's author."""
    return kind == "AWS::CloudFormation::CustomResource" or kind.startswith("Custom::")


def held(kind: str) -> bool:
    """Whether the engine can make the type."""
    return kind in ROWS or is_custom(kind)
