"""New resources that open an older one to everybody. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generators.check.compatibility.change import Change, canonical
from generators.check.compatibility.deployments import Deployments
from generators.check.compatibility.iam_permissions import public_grants
from generators.check.compatibility.security import public_values
from generators.cloudformation.references import references
from generators.cloudformation.resource import strings_at
from generators.release.version import Bump

# Types that give access to another resource, and the property that names it.
_TARGET_PROPERTY = {
    "AWS::EC2::NetworkAclEntry": "NetworkAclId",
    "AWS::EC2::Route": "RouteTableId",
    "AWS::EC2::SecurityGroupEgress": "GroupId",
    "AWS::EC2::SecurityGroupIngress": "GroupId",
    "AWS::ElasticLoadBalancingV2::Listener": "LoadBalancerArn",
    "AWS::Events::EventBusPolicy": "EventBusName",
    "AWS::Kinesis::ResourcePolicy": "ResourceArn",
    "AWS::Lambda::LayerVersionPermission": "LayerVersionArn",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::Lambda::Url": "TargetFunctionArn",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
    "AWS::RDS::DBSecurityGroupIngress": "DBSecurityGroupName",
    "AWS::Redshift::ClusterSecurityGroupIngress": "ClusterSecurityGroupName",
    "AWS::S3::AccessPoint": "Bucket",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SecretsManager::ResourcePolicy": "SecretId",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::SQS::QueuePolicy": "Queues",
}
# Conditions of a permission of a function without which `*` is everybody.
_PERMISSION_CONDITIONS = ("PrincipalOrgID", "SourceAccount", "SourceArn")


def openings(deployments: Deployments) -> Iterator[Change]:
    """Older resources that a new rule, policy, route or security group opens."""
    old, new = deployments.old_resources, deployments.new_resources
    for name in sorted(new.keys() - old.keys()):
        for target in sorted({*_targets(new[name], old), *_users(name, new[name], old, new)}):
            if reasons := sorted(_reasons(new[name])):
                text = f"{name}, which is new, opens {target} to {', '.join(reasons)}"
                yield Change("security", name, text, Bump.MAJOR)


def _targets(resource: Mapping[str, Any], old: Mapping[str, Any]) -> set[str]:
    """The older resources to which the resource gives access, named by reference or by a fixed name."""
    value = resource["Properties"].get(_TARGET_PROPERTY.get(resource["Type"], ""))
    names = set(strings_at(value))
    named = {name for name, other in old.items() if names & _fixed_names(other["Properties"])}
    return named | (references(value) & old.keys())


def _fixed_names(properties: Any) -> set[str]:
    return {value for key, value in properties.items() if key.endswith("Name") and isinstance(value, str)}


def _users(name: str, resource: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """The older resources to which a new security group applies."""
    if resource["Type"] != "AWS::EC2::SecurityGroup":
        return set()
    return {other for other in old.keys() & new.keys() if name in references(new[other]["Properties"])}


def _reasons(resource: Mapping[str, Any]) -> set[str]:
    properties = resource["Properties"]
    reasons = public_values(properties) | {f"everybody for {grant}" for grant in public_grants(properties)}
    if resource["Type"] == "AWS::Lambda::Permission" and canonical(properties.get("Principal")) == '"*"':
        reasons |= set() if any(key in properties for key in _PERMISSION_CONDITIONS) else {"everybody"}
    return reasons
