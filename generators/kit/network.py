"""Security groups and their rules. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, GetAtt, Template
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, SecurityGroupRule

from generators.kit.ssm_input import contract
from generators.kit.tags import tags


def security_group(t: Template, title: str, description: str) -> SecurityGroup:
    """A group without ingress, with HTTPS egress to the account's VPC endpoints and to S3."""
    return SecurityGroup(
        title,
        GroupDescription=description,
        VpcId=contract(t, "spoke", "vpc_id"),
        SecurityGroupEgress=_https(t),
        Tags=tags(t),
    )


def allow_within_group(
    group: SecurityGroup, name: str, first: int, last: int, protocol: str = "tcp"
) -> list[AWSObject]:
    """Rules that allow traffic inside a group; separate resources, because a group cannot refer to itself."""
    group_id = GetAtt(group, "GroupId")
    return _rules(
        name, group_id, group_id, f"{name} inside the group", IpProtocol=protocol, FromPort=first, ToPort=last
    )


def allow_tcp_between(name: str, source: Any, destination: Any, port: int) -> list[AWSObject]:
    """Rules that allow one TCP port from one security group (id) to another."""
    return _rules(name, source, destination, f"{name} between the groups", IpProtocol="tcp", FromPort=port, ToPort=port)


def _rules(name: str, source: Any, destination: Any, description: str, **ports: Any) -> list[AWSObject]:
    return [
        SecurityGroupIngress(
            f"{name}In", GroupId=destination, SourceSecurityGroupId=source, Description=description, **ports
        ),
        SecurityGroupEgress(
            f"{name}Out", GroupId=source, DestinationSecurityGroupId=destination, Description=description, **ports
        ),
    ]


def _https(t: Template) -> list[SecurityGroupRule]:
    """Egress on 443 to the interface endpoints and to the S3 gateway endpoint, the only routes of the VPC."""
    destinations: dict[str, dict[str, Any]] = {
        "AWS services through the interface endpoints": {
            "DestinationSecurityGroupId": contract(t, "spoke", "endpoint_security_group_id")
        },
        "S3 through the gateway endpoint": {"DestinationPrefixListId": contract(t, "spoke", "s3_prefix_list_id")},
    }
    return [
        SecurityGroupRule(Description=description, IpProtocol="tcp", FromPort=443, ToPort=443, **destination)
        for description, destination in destinations.items()
    ]
