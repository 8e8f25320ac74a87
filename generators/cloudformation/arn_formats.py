"""What IAM calls a resource type and how its ARNs name one. Data, and the rule that most types follow.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from functools import cache

from generators.cloudformation import resource_schemas
from generators.iam import service_reference

# IAM's prefix of services that CloudFormation calls otherwise.
_SERVICES = {
    "ApplicationAutoScaling": "application-autoscaling",
    "CodeStarConnections": "codestar-connections",
    "EMR": "elasticmapreduce",
    "EMRServerless": "emr-serverless",
    "StepFunctions": "states",
    "EFS": "elasticfilesystem",
}
# IAM's resource type where it is not the type's own name.
_RESOURCES = {
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
# How an ARN names one: {property} of the template, `*` what AWS makes up. Others: its identifier.
_NAMES = {
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
# CloudFormation writes the names that it makes up for these in lower case.
LOWER = frozenset({"AWS::S3::Bucket", "AWS::ECR::Repository"})
# What AWS names itself is fenced by the tag `product`, for these: the tag is on it from its creation.
FENCED = frozenset(
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


def service(kind: str) -> str:
    """IAM's prefix of the type's service."""
    name = kind.split("::")[1] if kind.count("::") > 1 else ""
    return _SERVICES.get(name, name.lower())


@cache
def own(kind: str) -> tuple[str, str]:
    """The type's service and resource type in IAM."""
    last = kind.rsplit("::", 1)[-1].lower()
    known = {name.replace("-", ""): name for name in service_reference.resource_types(service(kind))}
    return service(kind), _RESOURCES.get(kind, known.get(last, last))


@cache
def name(kind: str) -> str:
    """How an ARN names one of the type."""
    if kind in _NAMES:
        return _NAMES[kind]
    last, (identifier, *more) = kind.rsplit("::", 1)[-1], resource_schemas.identifier(kind) or ("",)
    if not more and identifier and identifier not in resource_schemas.read_only(kind):
        return f"{{{identifier}}}"
    known = set(resource_schemas.properties(kind)) - set(resource_schemas.read_only(kind))
    return next((f"{{{it}}}" for it in (f"{last}Name", "Name") if it in known), "*")
