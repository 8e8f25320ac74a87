"""IAM users as callers, and AssumeRole with their multi-factor devices."""

import json
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from tests.localaws.conftest import Aws, refused

pytestmark = pytest.mark.local_only
MANAGEMENT = "123456789012"
MAY_SWITCH = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def person(aws: Aws) -> Callable[..., tuple[str, dict[str, str]]]:
    """person("erin", statement ...) -> the ARN and the access key of a user with these permissions."""

    def make(name: str, *statements: dict[str, Any], **more: Any) -> tuple[str, dict[str, str]]:
        iam = aws("iam")
        user = iam.create_user(UserName=name, Path="/people/", **more)["User"]
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document(*statements))
        return user["Arn"], iam.create_access_key(UserName=name)["AccessKey"]

    return make


@pytest.fixture
def device(aws: Aws) -> Callable[[str], tuple[str, pyotp.TOTP]]:
    """device("erin") -> serial number and one-time codes of the user's enabled device."""

    def enable(name: str) -> tuple[str, pyotp.TOTP]:
        iam = aws("iam")
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        clock, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
        codes = {"AuthenticationCode1": clock.at(now), "AuthenticationCode2": clock.at(now + 30)}
        iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
        return device["SerialNumber"], clock

    return enable


def role(aws: Aws, name: str, **condition: Any) -> str:
    principal = {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, "Condition": condition}
    return str(aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"])


WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_a_user_has_only_the_permissions_of_its_policies(aws: Aws, person: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html"""
    arn, keys = person("reader", {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"})
    who = aws.client("sts", keys).get_caller_identity()
    assert (who["Arn"], who["Account"]) == (arn, MANAGEMENT)
    assert isinstance(aws.client("s3", keys).list_buckets()["Buckets"], list)
    assert refused(aws.client("iam", keys).list_roles)[:2] == ("AccessDenied", 403)


def test_a_user_has_the_permissions_of_its_groups(aws: Aws, person: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html"""
    iam, (_, keys) = aws("iam"), person("member")
    role(aws, "listed")
    iam.create_group(GroupName="listers")
    iam.put_group_policy(
        GroupName="listers", PolicyName="may",
        PolicyDocument=document({"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}),
    )  # fmt: skip
    assert refused(aws.client("iam", keys).list_roles)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName="listers", UserName="member")
    assert aws.client("iam", keys).list_roles()["Roles"]


def test_a_user_and_a_group_are_named_with_their_path(aws: Aws, person: Callable[..., Any]) -> None:
    """Service authorization reference, IAM: the ARN of a user has its path, though the request has the name alone."""
    arns = [f"arn:aws:iam::{MANAGEMENT}:{kind}/people/*" for kind in ("user", "group")]
    _, key = person("ivan", {"Effect": "Allow", "Action": ["iam:GetUser", "iam:GetGroup"], "Resource": arns})
    aws("iam").create_group(GroupName="readers", Path="/people/")
    aws("iam").create_user(UserName="outsider")
    reader = aws.client("iam", key)
    assert reader.get_user(UserName="ivan")["User"]["UserName"] == "ivan"
    assert reader.get_group(GroupName="readers")["Group"]["GroupName"] == "readers"
    assert refused(reader.get_user, UserName="outsider")[0] == "AccessDenied"


@pytest.mark.parametrize("end", ["inactive", "deleted", "never made"])
def test_an_inactive_or_deleted_access_key_is_refused(aws: Aws, person: Callable[..., Any], end: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html"""
    name = f"leaver-{end.replace(' ', '-')}"
    _, keys = person(name)
    key = {"UserName": name, "AccessKeyId": keys["AccessKeyId"]}
    if end == "inactive":
        aws("iam").update_access_key(**key, Status="Inactive")
    if end == "deleted":
        aws("iam").delete_access_key(**key)
    if end == "never made":
        keys = {"AccessKeyId": "AKIANOBODYMADETHISEV", "SecretAccessKey": "x"}
    assert refused(aws.client("sts", keys).get_caller_identity)[:2] == ("InvalidClientTokenId", 403)


def test_a_role_that_requires_mfa_needs_a_one_time_code(
    aws: Aws, person: Callable[..., Any], device: Callable[..., Any]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html"""
    _, keys = person("erin", MAY_SWITCH)
    protected, (serial, clock) = role(aws, "wants-mfa", **WITH_MFA), device("erin")
    sts = aws.client("sts", keys)
    assert refused(sts.assume_role, RoleArn=protected, RoleSessionName="erin")[0] == "AccessDenied"
    assert aws.assume(sts, protected, SerialNumber=serial, TokenCode=clock.now())["AccessKeyId"].startswith("ASIA")


@pytest.mark.parametrize("wrong", ["an old code", "no device", "no code", "another's device", "a session"])
def test_an_invalid_one_time_code_is_refused_for_any_role(
    aws: Aws, person: Callable[..., Any], device: Callable[..., Any], wrong: str
) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    name = wrong.replace(" ", "-").replace("'", "")
    _, keys = person(name, MAY_SWITCH)
    anybody, (serial, clock) = role(aws, f"for-{name}"), device(name)
    sts, proof = aws.client("sts", keys), {"SerialNumber": serial, "TokenCode": clock.now()}
    if wrong == "an old code":
        proof["TokenCode"] = clock.at(int(time.time()) - 300)
    if wrong in ("no device", "no code"):
        del proof["SerialNumber" if wrong == "no device" else "TokenCode"]
    if wrong == "another's device":
        sts = aws.client("sts", person(f"{name}-thief", MAY_SWITCH)[1])
    if wrong == "a session":
        sts = aws.client("sts", aws.assume(sts, role(aws, "chained")))
    error = refused(sts.assume_role, RoleArn=anybody, RoleSessionName="somebody", **proof)
    assert error[0] == "AccessDenied"
    assert "MultiFactorAuthentication failed" in error[2]


def test_a_device_is_enabled_with_two_valid_codes(aws: Aws, person: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html"""
    person("guesser")
    device = aws("iam").create_virtual_mfa_device(VirtualMFADeviceName="guesser")["VirtualMFADevice"]
    codes = {"AuthenticationCode1": "000000", "AuthenticationCode2": "111111"}
    error = refused(aws("iam").enable_mfa_device, UserName="guesser", SerialNumber=device["SerialNumber"], **codes)
    assert error[:2] == ("InvalidAuthenticationCode", 403)


def test_policies_can_use_the_name_and_the_tags_of_a_user(aws: Aws, person: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    own = "arn:aws:ssm:*:*:parameter/notes/${aws:username}/${aws:PrincipalTag/team}"
    allowed = {"Effect": "Allow", "Action": "ssm:PutParameter", "Resource": own}
    _, keys = person("writer", allowed, Tags=[{"Key": "team", "Value": "fraud"}])
    note = {"Value": "x", "Type": "String"}
    assert aws.client("ssm", keys).put_parameter(Name="/notes/writer/fraud", **note)["Version"] == 1
    error = refused(aws.client("ssm", keys).put_parameter, Name="/notes/writer/risk", **note)
    assert error[0] == "AccessDeniedException"


def test_a_session_has_the_issue_time_of_its_token(aws: Aws, person: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"""
    _, keys = person("early", MAY_SWITCH)
    arn = role(aws, "revocable")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}

    def denies_before(moment: str) -> None:
        older = {"DateLessThan": {"aws:TokenIssueTime": moment}}
        deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": older}
        aws("iam").put_role_policy(RoleName="revocable", PolicyName="may", PolicyDocument=document(everything, deny))

    denies_before("2000-01-01T00:00:00Z")
    session = aws.client("iam", aws.assume(aws.client("sts", keys), arn))
    assert session.list_roles()["Roles"]
    denies_before("2100-01-01T00:00:00Z")
    assert refused(session.list_roles)[0] == "AccessDenied"
