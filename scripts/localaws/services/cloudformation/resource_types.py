"""All supported resource types. To add one, add an entry in the module of its service."""

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

RESOURCE_TYPES: dict[str, ResourceType] = {
    **s3_ssm_logs_kms_sns_sqs.RESOURCE_TYPES,
    **iam_ec2_lambda.RESOURCE_TYPES,
    **sagemaker_studio.RESOURCE_TYPES,
    **sagemaker_serving.RESOURCE_TYPES,
    **cloudwatch_events_budgets.RESOURCE_TYPES,
    **codesuite_ecr.RESOURCE_TYPES,
    **emr.RESOURCE_TYPES,
}


def is_custom(kind: str) -> bool:
    """Return whether the type is a custom resource, implemented by a function of the template's author."""
    return kind == "AWS::CloudFormation::CustomResource" or kind.startswith("Custom::")


def is_supported(kind: str) -> bool:
    """Return whether stacks can contain the type."""
    return kind in RESOURCE_TYPES or is_custom(kind)
