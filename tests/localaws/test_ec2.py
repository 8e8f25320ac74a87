"""Security groups: a rule has its description for every type of source."""

from typing import Any

import pytest

from tests.localaws.conftest import Aws

pytestmark = pytest.mark.local_only


@pytest.mark.parametrize("side", ["ingress", "egress"])
@pytest.mark.parametrize("kind", ["cidr", "group", "prefix list"])
def test_a_rule_keeps_its_description(aws: Aws, side: str, kind: str) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html"""
    ec2: Any = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName=f"{side}-{kind}", Description="g", VpcId=vpc)["GroupId"]
    prefixes = ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    to: dict[str, Any] = {
        "cidr": {"IpRanges": [{"CidrIp": "10.1.0.0/16", "Description": "to somebody"}]},
        "group": {"UserIdGroupPairs": [{"GroupId": group, "Description": "to somebody"}]},
        "prefix list": {"PrefixListIds": [{"PrefixListId": prefixes, "Description": "to somebody"}]},
    }
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **to[kind]}
    getattr(ec2, f"authorize_security_group_{side}")(GroupId=group, IpPermissions=[permission])
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    assert [rule["Description"] for rule in rules if rule["FromPort"] == 443] == ["to somebody"]
