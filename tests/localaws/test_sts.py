"""Role sessions: trust, identity and duration."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.core.exceptions import ServiceException
from moto.iam.models import iam_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.sts import models, sessions
from tests.localaws.conftest import ACCESS_ROLE, Aws, refused

pytestmark = pytest.mark.local_only
MANAGEMENT = "123456789012"


def trust(condition: dict[str, Any] | None = None, **principal: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition or {}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(iam: Any, name: str, document: str, *actions: str, **more: Any) -> str:
    """Create a role with these actions; returns its ARN."""
    role: dict[str, Any] = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **more)
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document)
    return str(role["Role"]["Arn"])


def test_the_administrator_is_a_user_of_the_management_account(aws: Aws) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    who = aws("sts").get_caller_identity()
    assert (who["Account"], who["Arn"]) == (MANAGEMENT, f"arn:aws:iam::{MANAGEMENT}:user/administrator")


def test_a_session_is_identified_by_its_role_and_its_name(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    spoke = member("sts-known")
    role = aws("iam", spoke).get_role(RoleName=ACCESS_ROLE)["Role"]
    who = aws("sts", spoke).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{spoke}:assumed-role/{ACCESS_ROLE}/tests"
    assert (who["Account"], who["UserId"]) == (spoke, f"{role['RoleId']}:tests")


@pytest.mark.parametrize("arn", ["arn:aws:iam::999999999999:role/any", f"arn:aws:iam::{MANAGEMENT}:role/nobody"])
def test_a_role_that_does_not_exist_is_refused(aws: Aws, arn: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html"""
    code, status, message = refused(aws("sts").assume_role, RoleArn=arn, RoleSessionName="tests")
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {arn}")


def test_an_untrusted_account_is_refused(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"""
    arn = make_role(aws("iam", member("sts-own")), "own-only", trust(AWS=f"arn:aws:iam::{member('sts-own')}:root"))
    call = aws("sts", member("sts-stranger")).assume_role
    assert refused(call, RoleArn=arn, RoleSessionName="tests")[0] == "AccessDenied"


def test_an_account_that_is_trusted_must_still_permit_it(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html"""
    spoke = member("sts-permit")
    iam, root = aws("iam", spoke), trust(AWS=f"arn:aws:iam::{spoke}:root")
    make_role(iam, "may-nothing", root)
    make_role(iam, "may-switch", root, "sts:AssumeRole")
    by_root = make_role(iam, "by-root", root)
    by_name = make_role(iam, "by-name", trust(AWS=f"arn:aws:iam::{spoke}:role/may-nothing"))
    assert refused(aws("sts", spoke, "may-nothing").assume_role, RoleArn=by_root, RoleSessionName="tests")[1] == 403
    for role, target in (("may-switch", by_root), ("may-nothing", by_name)):
        assert aws.assume(aws("sts", spoke, role), target)["AccessKeyId"].startswith("ASIA")


def test_the_external_id_must_be_the_agreed_one(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"""
    agreed = {"StringEquals": {"sts:ExternalId": "agreed"}}
    document = trust(agreed, AWS=f"arn:aws:iam::{MANAGEMENT}:root")
    arn = make_role(aws("iam", member("sts-external")), "partner", document)
    for wrong in ({}, {"ExternalId": "guessed"}):
        assert refused(aws("sts").assume_role, RoleArn=arn, RoleSessionName="tests", **wrong)[0] == "AccessDenied"
    assert aws.assume(aws("sts"), arn, ExternalId="agreed")


def test_a_trust_policy_can_name_the_organization(
    aws: Aws, member: Callable[[str], str], organisation: dict[str, Any]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    iam = aws("iam", member("sts-org"))
    for name, organization in (("ours", organisation["Id"]), ("theirs", "o-elsewhere0")):
        make_role(iam, f"org-{name}", trust({"StringEquals": {"aws:PrincipalOrgID": organization}}, AWS="*"))
    caller, arn = aws("sts", member("sts-org-caller")), f"arn:aws:iam::{member('sts-org')}:role/org-"
    assert aws.assume(caller, f"{arn}ours")
    assert refused(caller.assume_role, RoleArn=f"{arn}theirs", RoleSessionName="tests")[0] == "AccessDenied"


def test_a_service_role_is_not_for_people(aws: Aws) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html"""
    arn = make_role(aws("iam"), "for-sagemaker", trust(Service="sagemaker.amazonaws.com"))
    assert refused(aws("sts").assume_role, RoleArn=arn, RoleSessionName="tests")[0] == "AccessDenied"


def test_a_service_assumes_a_role_for_the_source_account_of_its_trust_policy() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"""
    only = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    document = trust(only, Service="servicecatalog.amazonaws.com")
    iam_backends["111122223333"]["aws"].create_role("launch", document, "/", None, "", [], "3600")
    role, service = "arn:aws:iam::111122223333:role/launch", "servicecatalog.amazonaws.com"
    key = models.assume_for_service(role, service, "launch", "111122223333")
    assert sessions.caller(key).arn == "arn:aws:sts::111122223333:assumed-role/launch/launch"
    for other, account in ((service, "444455556666"), ("sagemaker.amazonaws.com", "111122223333")):
        with pytest.raises(ServiceException, match="AccessDenied"):
            models.assume_for_service(role, other, "launch", account)


def test_a_session_lasts_no_longer_than_its_role_allows(aws: Aws) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    document = trust(AWS=f"arn:aws:iam::{MANAGEMENT}:root")
    short = make_role(aws("iam"), "an-hour", document)
    long = make_role(aws("iam"), "half-a-day", document, "*", MaxSessionDuration=43200)
    arguments = {"RoleSessionName": "tests", "DurationSeconds": 7200}
    assert refused(aws("sts").assume_role, RoleArn=short, **arguments)[0] == "ValidationError"
    first = aws.assume(aws("sts"), long, DurationSeconds=7200)
    assert 7100 < first["Expiration"].timestamp() - aws.advance(0).timestamp() <= 7200  # type: ignore[attr-defined]
    chained = aws.client("sts", first)
    assert refused(chained.assume_role, RoleArn=long, **arguments)[0] == "ValidationError"


UNKNOWN = {
    "sts": ("get_caller_identity", "InvalidClientTokenId", 403),
    "iam": ("list_roles", "InvalidClientTokenId", 403),
    "servicecatalog": ("list_portfolios", "UnrecognizedClientException", 400),
    "s3": ("list_buckets", "InvalidAccessKeyId", 403),
    "ec2": ("describe_vpcs", "AuthFailure", 401),
    "lambda": ("list_functions", "UnrecognizedClientException", 403),
}


@pytest.mark.parametrize("service", UNKNOWN)
def test_an_unknown_session_is_refused(aws: Aws, service: str) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"""
    operation, code, status = UNKNOWN[service]
    client = aws.client(service, {"AccessKeyId": "ASIAFORGOTTENFORGOTT", "SecretAccessKey": "x"})
    assert refused(getattr(client, operation))[:2] == (code, status)


@pytest.mark.parametrize(
    ("protocol", "code"), [("query", "ExpiredToken"), ("json", "ExpiredTokenException"), ("ec2", "RequestExpired")]
)
def test_a_session_expires(protocol: str, code: str) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"""
    over = sessions.open_session(f"arn:aws:iam::{MANAGEMENT}:role/gone", "AROAGONE", "tests", seconds=0)
    with pytest.raises(AwsError) as caught:
        sessions.caller(over.access_key, protocol)
    assert caught.value.code == code


def test_a_session_policy_narrows_the_role(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session"""
    arn = f"arn:aws:iam::{member('sts-narrow')}:role/{ACCESS_ROLE}"
    only = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}})
    narrow = aws.assume(aws("sts"), arn, Policy=only)
    assert aws.client("s3", narrow).list_buckets()["Buckets"] == []
    assert refused(aws.client("iam", narrow).list_roles)[2].endswith(
        "no session policy allows the iam:ListRoles action"
    )
