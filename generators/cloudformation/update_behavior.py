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


def _below(property_path: str, names: str) -> str:
    return " ".join(f"{property_path}/{name}" for name in names.split())


_EMR_GROUP = "BidPrice Configurations CustomAmiId EbsConfiguration InstanceType Market Name"
_EMR_FLEET = "InstanceTypeConfigs LaunchSpecifications Name"
_EMR_INSTANCES = (
    "AdditionalMasterSecurityGroups AdditionalSlaveSecurityGroups Ec2KeyName Ec2SubnetId Ec2SubnetIds"
    " EmrManagedMasterSecurityGroup EmrManagedSlaveSecurityGroup HadoopVersion KeepJobFlowAliveWhenNoSteps Placement"
    " ServiceAccessSecurityGroup"
    f" {_below('CoreInstanceGroup', _EMR_GROUP)} {_below('MasterInstanceGroup', _EMR_GROUP)}"
    f" {_below('CoreInstanceFleet', _EMR_FLEET)} {_below('MasterInstanceFleet', _EMR_FLEET)}"
)
_DYNAMODB_INDEX = _below("GlobalSecondaryIndexes/*", "IndexName KeySchema Projection")
# "Update requires: Replacement", or an update that is not supported, on the type's page, without an entry in the
# registry schema and without an update operation of the service that accepts the property. Where the service accepts
# it, the page is older than the schema. Paths of properties, separated by spaces; `*` is every item of a list.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
_DOCUMENTED = {
    "AWS::AppSync::GraphQLSchema": "ApiId",
    "AWS::Budgets::Budget": "Budget/AutoAdjustData Budget/PlannedBudgetLimits",
    "AWS::CertificateManager::Certificate": "ValidationMethod",
    "AWS::Connect::TrafficDistributionGroup": "InstanceArn",
    "AWS::Connect::ViewVersion": "VersionDescription",
    "AWS::DynamoDB::GlobalTable": _DYNAMODB_INDEX,
    "AWS::DynamoDB::Table": f"{_DYNAMODB_INDEX} LocalSecondaryIndexes",
    "AWS::EC2::CapacityReservation": "TagSpecifications",
    "AWS::EC2::CapacityReservationFleet": "TagSpecifications",
    "AWS::EC2::EIP": "Domain",
    "AWS::EC2::TrafficMirrorSession": "NetworkInterfaceId",
    "AWS::EC2::VPCPeeringConnection": "PeerRoleArn",
    "AWS::EC2::VPNConnection": "VpnTunnelOptionsSpecifications",
    "AWS::EC2::Volume": "AvailabilityZone Encrypted KmsKeyId SnapshotId",
    "AWS::EMR::Cluster": _below("Instances", _EMR_INSTANCES),
    "AWS::EMR::InstanceFleetConfig": "InstanceTypeConfigs",
    "AWS::ElastiCache::ReplicationGroup": "ReplicasPerNodeGroup",
    "AWS::ElastiCache::User": "Engine",
    "AWS::ElastiCache::UserGroup": "Engine",
    "AWS::Events::EventBus": "EventSourceName",
    "AWS::Glue::Database": "CatalogId DatabaseInput/Name",
    "AWS::GuardDuty::Member": "Email",
    "AWS::KMS::Key": "KeySpec KeyUsage MultiRegion",
    "AWS::Lambda::EventSourceMapping": "AmazonManagedKafkaEventSourceConfig/ConsumerGroupId"
    " SelfManagedKafkaEventSourceConfig/ConsumerGroupId",
    "AWS::Organizations::Account": "AccountName Email RoleName",
    "AWS::RDS::DBInstance": "Port",
    "AWS::Route53::RecordSet": "HostedZoneId HostedZoneName Name",
    "AWS::Timestream::ScheduledQuery": "ClientToken",
    "AWS::WorkSpacesWeb::UserSettings": "AdditionalEncryptionContext CustomerManagedKey",
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
    registry = (
        *resource_schemas.create_only(resource_type),
        *resource_schemas.conditional_create_only(resource_type),
    )
    documented = (tuple(path.split("/")) for path in _DOCUMENTED.get(resource_type, "").split())
    return tuple(dict.fromkeys((*registry, *documented)))


def is_custom_resource(resource_type: str) -> bool:
    """Whether a Lambda function of the template's author creates the resource."""
    return resource_type == "AWS::CloudFormation::CustomResource" or resource_type.startswith("Custom::")


def is_replaced_by_design(resource_type: str, old: Any, new: Any) -> bool:
    """Whether a replacement is the ordinary change of the type; a fixed name makes it fail."""
    if resource_type not in _IMMUTABLE:
        return False
    name = _IMMUTABLE[resource_type]
    return not any(isinstance(properties, Mapping) and name in properties for properties in (old, new))


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
        resource_type == "AWS::RDS::DBInstance"
        and not (isinstance(properties, Mapping) and "DBClusterIdentifier" in properties)
    )
    return {"DeletionPolicy": "Snapshot" if is_database else "Delete", "UpdateReplacePolicy": "Delete"}
