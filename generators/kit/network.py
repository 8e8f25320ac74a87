"""Security groups that open one door at a time. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, GetAtt, Template
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, SecurityGroupRule

from generators.kit.ssm_input import contract
from generators.kit.tags import tags


def security_group(t: Template, title: str, description: str) -> SecurityGroup:
    """A group that lets nothing in, and HTTPS out to the account's endpoints and to S3."""
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
    """Lets members of a group talk to each other; two resources, because a group cannot name itself."""
    own = GetAtt(group, "GroupId")
    return _door(name, own, own, f"{name} inside the group", IpProtocol=protocol, FromPort=first, ToPort=last)


def allow_tcp_between(name: str, caller: Any, called: Any, port: int) -> list[AWSObject]:
    """Lets members of one group, by its id, call members of another on one TCP port."""
    return _door(name, caller, called, f"{name} between the groups", IpProtocol="tcp", FromPort=port, ToPort=port)


def _door(name: str, caller: Any, called: Any, text: str, **ports: Any) -> list[AWSObject]:
    return [
        SecurityGroupIngress(f"{name}In", GroupId=called, SourceSecurityGroupId=caller, Description=text, **ports),
        SecurityGroupEgress(f"{name}Out", GroupId=caller, DestinationSecurityGroupId=called, Description=text, **ports),
    ]


def _https(t: Template) -> list[SecurityGroupRule]:
    """Egress on 443 to the interface endpoints and to the S3 gateway endpoint; there is no route to anywhere else."""
    doors: dict[str, dict[str, Any]] = {
        "AWS services through the interface endpoints": {
            "DestinationSecurityGroupId": contract(t, "spoke", "endpoint_security_group_id")
        },
        "S3 through the gateway endpoint": {"DestinationPrefixListId": contract(t, "spoke", "s3_prefix_list_id")},
    }
    return [
        SecurityGroupRule(Description=text, IpProtocol="tcp", FromPort=443, ToPort=443, **door)
        for text, door in doors.items()
    ]
