"""Condition keys of Studio requests: of the parameters, of the resource and of the session."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws, refused
from tests.localaws.test_sts import make_role

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def spoke(member: Callable[[str], str]) -> str:
    return member("keys-spoke")


@pytest.fixture(scope="module")
def domain(aws: Aws, spoke: str) -> str:
    """A domain with a profile of alice, one of bob and one without tags."""
    sagemaker = aws("sagemaker", spoke)
    settings = {"ExecutionRole": f"arn:aws:iam::{spoke}:role/studio-developer"}
    make_role(aws("iam", spoke), "studio-developer", _trust(Service="sagemaker.amazonaws.com"))
    ec2 = aws("ec2", spoke)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")["Subnet"]["SubnetId"]
    domain = sagemaker.create_domain(
        DomainName="lab", AuthMode="IAM", DefaultUserSettings=settings, SubnetIds=[subnet], VpcId=vpc
    )
    domain_id = str(domain["DomainArn"].rpartition("/")[2])
    for owner in ("alice", "bob"):
        tags = [{"Key": "owner", "Value": owner}, {"Key": "profile-type", "Value": "developer"}]
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName=owner, Tags=tags)
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="plain")
    return domain_id


def _trust(action: Any = "sts:AssumeRole", **principal: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def alice(aws: Aws, spoke: str, domain: str) -> Any:
    """SageMaker as alice, who may open resources that have her name as a tag."""
    root = f"arn:aws:iam::{spoke}:root"
    make_role(aws("iam", spoke), "opens-own", _trust(["sts:AssumeRole", "sts:TagSession"], AWS=root))
    own = {"StringEquals": {"sagemaker:ResourceTag/owner": "${aws:PrincipalTag/owner}"}}
    opening = {"Effect": "Allow", "Action": "sagemaker:CreatePresignedDomainUrl", "Resource": "*", "Condition": own}
    document = json.dumps({"Version": "2012-10-17", "Statement": [opening]})
    aws("iam", spoke).put_role_policy(RoleName="opens-own", PolicyName="p", PolicyDocument=document)
    who = [{"Key": "owner", "Value": "alice"}]
    return aws.client("sagemaker", aws.assume(aws("sts", spoke), f"arn:aws:iam::{spoke}:role/opens-own", Tags=who))


def test_a_session_opens_only_the_profile_with_its_tag(alice: Any, domain: str) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html"""
    assert alice.create_presigned_domain_url(DomainId=domain, UserProfileName="alice")["AuthorizedUrl"]
    for stranger in ("bob", "plain"):
        code, _, message = refused(alice.create_presigned_domain_url, DomainId=domain, UserProfileName=stranger)
        assert code == "AccessDeniedException"
        assert f"on resource: arn:aws:sagemaker:{REGION}:" in message
        assert f"user-profile/{domain}/{stranger}" in message


def test_a_session_is_tagged_only_when_the_trust_allows_it(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"""
    make_role(aws("iam", spoke), "untagged", _trust(AWS=f"arn:aws:iam::{spoke}:root"), "logs:*")
    arn = f"arn:aws:iam::{spoke}:role/untagged"
    assert aws("sts", spoke).assume_role(RoleArn=arn, RoleSessionName="eve")["Credentials"]
    tags = [{"Key": "owner", "Value": "eve"}]
    assert refused(aws("sts", spoke).assume_role, RoleArn=arn, RoleSessionName="eve", Tags=tags)[0] == "AccessDenied"


def test_a_permission_can_depend_on_the_network_access_type(aws: Aws, spoke: str, domain: str) -> None:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html"""
    make_role(aws("iam", spoke), "vpc-only", _trust(AWS=f"arn:aws:iam::{spoke}:root"))
    closed = {"StringEquals": {"sagemaker:AppNetworkAccessType": "VpcOnly"}}
    change = {"Effect": "Allow", "Action": "sagemaker:UpdateDomain", "Resource": "*", "Condition": closed}
    document = json.dumps({"Version": "2012-10-17", "Statement": [change]})
    aws("iam", spoke).put_role_policy(RoleName="vpc-only", PolicyName="p", PolicyDocument=document)
    sagemaker = aws("sagemaker", spoke, "vpc-only")
    assert sagemaker.update_domain(DomainId=domain, AppNetworkAccessType="VpcOnly")["DomainArn"]
    for more in ({"AppNetworkAccessType": "PublicInternetOnly"}, {}):
        assert refused(sagemaker.update_domain, DomainId=domain, **more)[0] == "AccessDeniedException"


def test_assuming_roles_can_be_limited_to_the_organization(aws: Aws, spoke: str, organisation: Any) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid"""
    management, trusted = aws("iam"), _trust(AWS="arn:aws:iam::123456789012:root")
    make_role(aws("iam", spoke), "entered", trusted)
    for name, owner in (("enters-ours", organisation["Id"]), ("enters-others", "o-9999999999")):
        make_role(management, name, trusted)
        where = {"StringEquals": {"aws:ResourceOrgID": owner}}
        entering = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*", "Condition": where}
        document = json.dumps({"Version": "2012-10-17", "Statement": [entering]})
        management.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    arn = f"arn:aws:iam::{spoke}:role/entered"
    assert aws("sts", None, "enters-ours").assume_role(RoleArn=arn, RoleSessionName="tests")["Credentials"]
    assert refused(aws("sts", None, "enters-others").assume_role, RoleArn=arn, RoleSessionName="tests")[1] == 403
