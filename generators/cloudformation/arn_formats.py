"""IAM's name of a CloudFormation resource type, and the name of a resource in its ARNs. Data and the default rule.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from functools import cache

from generators.cloudformation import resource_schemas
from generators.iam import service_reference

# Services that have another prefix in IAM than in CloudFormation.
_SERVICES = {
    "ApplicationAutoScaling": "application-autoscaling",
    "CodeStarConnections": "codestar-connections",
    "EMR": "elasticmapreduce",
    "EMRServerless": "emr-serverless",
    "StepFunctions": "states",
    "EFS": "elasticfilesystem",
}
# IAM's resource type where it is not the last part of CloudFormation's.
_RESOURCE_TYPES = {
    "AWS::IAM::Policy": "role",
    "AWS::IAM::ManagedPolicy": "policy",
    "AWS::S3::BucketPolicy": "bucket",
    "AWS::SNS::TopicPolicy": "topic",
    "AWS::SNS::Subscription": "topic",
    "AWS::SQS::QueuePolicy": "queue",
    "AWS::Lambda::Permission": "function",
    "AWS::EC2::SecurityGroupIngress": "security-group",
    "AWS::EC2::SecurityGroupEgress": "security-group",
    "AWS::Events::Rule": "rule-on-default-event-bus",
    "AWS::Events::EventBusPolicy": "event-bus",
    "AWS::EMR::Step": "cluster",
    "AWS::EMR::InstanceGroupConfig": "cluster",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "scalabletarget",
}
# Name of a resource in its ARNs: {property} of the template, `*` for what AWS generates. Others: the identifier.
_NAME_FORMATS = {
    "AWS::IAM::Policy": "{Roles}",
    "AWS::S3::BucketPolicy": "{Bucket}",
    "AWS::SNS::TopicPolicy": "{Topics}",
    "AWS::SNS::Subscription": "{TopicArn}",
    "AWS::SQS::QueuePolicy": "{Queues}",
    "AWS::Lambda::Permission": "{FunctionName}",
    "AWS::Budgets::Budget": "{Budget/BudgetName}",
    "AWS::Events::Rule": "{Name}",
    "AWS::Scheduler::Schedule": "*/{Name}",
    "AWS::KMS::Alias": "{AliasName}",
    "AWS::SageMaker::UserProfile": "{DomainId}/{UserProfileName}",
    "AWS::SageMaker::Space": "{DomainId}/{SpaceName}",
    "AWS::SageMaker::ImageVersion": "{ImageName}/*",
    "AWS::SageMaker::Domain": "*",
    "AWS::EC2::SecurityGroup": "*",
    "AWS::EC2::SecurityGroupIngress": "*",
    "AWS::EC2::SecurityGroupEgress": "*",
    "AWS::KMS::Key": "*",
    "AWS::EMR::Cluster": "*",
    "AWS::EMR::Step": "*",
    "AWS::EMR::InstanceGroupConfig": "*",
    "AWS::EMRServerless::Application": "*",
    "AWS::CodeConnections::Connection": "*",
    "AWS::CodeStarConnections::Connection": "*",
    "AWS::ApplicationAutoScaling::ScalableTarget": "*",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "*",
}
# CloudFormation generates the names of these in lower case.
LOWER_CASE_NAMES = frozenset({"AWS::S3::Bucket", "AWS::ECR::Repository"})
# Types whose ARN says nothing about the product; their tag `product`, set at creation, restricts access instead.
RESTRICTED_BY_TAG = frozenset(
    {
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::KMS::Key",
        "AWS::EMR::Cluster",
        "AWS::EMRServerless::Application",
        "AWS::CodeConnections::Connection",
        "AWS::CodeStarConnections::Connection",
    }
)


def iam_service(resource_type: str) -> str:
    """IAM's prefix of the type's service."""
    name = resource_type.split("::")[1] if resource_type.count("::") > 1 else ""
    return _SERVICES.get(name, name.lower())


@cache
def iam_resource_type(resource_type: str) -> tuple[str, str]:
    """The type's service and resource type in IAM."""
    service, last = iam_service(resource_type), resource_type.rsplit("::", 1)[-1].lower()
    types = {name.replace("-", ""): name for name in service_reference.resource_types(service)}
    return service, _RESOURCE_TYPES.get(resource_type, types.get(last, last))


@cache
def name_format(resource_type: str) -> str:
    """The name of a resource of the type in its ARNs, with {property} for the value of a property."""
    if resource_type in _NAME_FORMATS:
        return _NAME_FORMATS[resource_type]
    read_only = resource_schemas.read_only(resource_type)
    identifier, *more = resource_schemas.identifier(resource_type) or ("",)
    if not more and identifier and identifier not in read_only:
        return f"{{{identifier}}}"
    settable = set(resource_schemas.properties(resource_type)) - set(read_only)
    candidates = (f"{resource_type.rsplit('::', 1)[-1]}Name", "Name")
    return next((f"{{{name}}}" for name in candidates if name in settable), "*")
