"""What CloudFormation does with a resource whose declaration changes: replace, refuse, or keep after a deletion. Data.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from generators.cloudformation import resource_schemas

Path = tuple[str, ...]
POLICIES = ("Delete", "Snapshot", "RetainExceptOnCreate", "Retain")  # from the one that keeps least data

# "Update requires: Replacement", or no update at all, on the type's page, without an entry in the registry schema:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-<service>-<type>.html
_DOCUMENTED = {
    "AWS::CloudFormation::CustomResource": "ServiceToken",
    "AWS::EC2::CapacityReservation": "InstanceMatchCriteria TagSpecifications",
    "AWS::EC2::EIP": "Domain",
    "AWS::EC2::TrafficMirrorSession": "NetworkInterfaceId",
    "AWS::EC2::VPCPeeringConnection": "PeerRoleArn",
    "AWS::ECS::Service": "DeploymentController",
    "AWS::EMR::InstanceFleetConfig": "InstanceTypeConfigs",
    "AWS::ElastiCache::ReplicationGroup": "Engine ReplicasPerNodeGroup",
    "AWS::Events::EventBus": "EventSourceName",
    "AWS::Glue::Database": "CatalogId",
    "AWS::KMS::Key": "KeySpec KeyUsage MultiRegion",
    "AWS::Lambda::EventSourceMapping": "AmazonManagedKafkaEventSourceConfig SelfManagedKafkaEventSourceConfig",
    "AWS::RDS::DBInstance": "Port",
}
# Types of which every change makes another resource, because a version of them never changes (docs/adr/0009), with
# the property that makes their name unique. None of them holds data; others refer to their newest version.
_IMMUTABLE = {
    "AWS::ApiGateway::Deployment": "",
    "AWS::ECS::TaskDefinition": "",
    "AWS::Lambda::LayerVersion": "",
    "AWS::Lambda::Version": "",
    "AWS::SageMaker::DataQualityJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::EndpointConfig": "EndpointConfigName",
    "AWS::SageMaker::Model": "ModelName",
    "AWS::SageMaker::ModelBiasJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::ModelExplainabilityJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::ModelQualityJobDefinition": "JobDefinitionName",
}


@cache
def replacing_paths(resource_type: str) -> tuple[Path, ...]:
    """Paths below Properties whose change may replace the resource or be refused; `*` is every item of a list.

    A conditional create-only property counts: the new value decides whether CloudFormation replaces the resource.
    https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
    """
    if is_custom_resource(resource_type):
        return (("ServiceToken",),)
    documented = tuple((name,) for name in _DOCUMENTED.get(resource_type, "").split())
    create_only, conditional = (
        resource_schemas.create_only(resource_type),
        resource_schemas.conditional_create_only(resource_type),
    )
    return tuple(dict.fromkeys((*create_only, *conditional, *documented)))


def is_custom_resource(resource_type: str) -> bool:
    """Whether a Lambda function of the template's author creates the resource."""
    return resource_type == "AWS::CloudFormation::CustomResource" or resource_type.startswith("Custom::")


def is_replaced_by_design(resource_type: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a replacement is the ordinary change of the type; a fixed name makes it fail."""
    if resource_type not in _IMMUTABLE:
        return False
    name = _IMMUTABLE[resource_type]
    return name not in old and name not in new


def is_opaque(resource_type: str) -> bool:
    """Whether nothing says what a change does: a nested stack, a module, a type of a private registry.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html
    """
    if resource_type == "AWS::CloudFormation::Stack":
        return True
    return not is_custom_resource(resource_type) and not resource_schemas.exists(resource_type)


def default_policies(resource_type: str, properties: Any) -> Mapping[str, str]:
    """DeletionPolicy and UpdateReplacePolicy of a resource that declares none.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    is_database = resource_type == "AWS::RDS::DBCluster" or (
        resource_type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in properties
    )
    return {"DeletionPolicy": "Snapshot" if is_database else "Delete", "UpdateReplacePolicy": "Delete"}
