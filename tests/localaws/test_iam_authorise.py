"""Authorization of requests by the policies of the role that signs them."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws, refused
from tests.localaws.test_sts import make_role, trust

pytestmark = pytest.mark.local_only
_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def spoke(member: Callable[[str], str]) -> str:
    return member("iam-spoke")


@pytest.fixture
def role_with(aws: Aws, spoke: str) -> Callable[..., str]:
    """role_with(statement, ...) -> the name of a new role in the spoke with these statements only."""

    def make(*statements: dict[str, Any], **more: Any) -> str:
        iam, name = aws("iam", spoke), f"role-{next(_NUMBERS)}"
        make_role(iam, name, trust(AWS=f"arn:aws:iam::{spoke}:root"), **more)
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
        return name

    return make


@pytest.fixture
def acting(aws: Aws, spoke: str, role_with: Callable[..., str]) -> Callable[..., Any]:
    """acting("s3", statement, ...) -> a client of such a role."""
    return lambda service, *statements, **more: aws(service, spoke, role_with(*statements, **more))


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def test_a_denial_names_who_what_and_why(acting: Callable[..., Any], spoke: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    code, status, message = refused(acting("iam", allow("s3:*")).list_roles)
    assert (code, status) == ("AccessDenied", 403)
    who, why = message.split(" is not authorized to perform: ")
    assert who.startswith(f"User: arn:aws:sts::{spoke}:assumed-role/role-")
    assert why == "iam:ListRoles on resource: * because no identity-based policy allows the iam:ListRoles action"


DENIALS = {
    "iam": ("list_roles", {}, "AccessDenied", 403),
    "ssm": ("get_parameter", {"Name": "/x"}, "AccessDeniedException", 400),
    "s3": ("list_buckets", {}, "AccessDenied", 403),
    "ec2": ("describe_vpcs", {}, "UnauthorizedOperation", 403),
    "lambda": ("list_functions", {}, "AccessDeniedException", 403),
    "sagemaker": ("list_domains", {}, "AccessDeniedException", 400),
    "servicecatalog": ("list_portfolios", {}, "AccessDeniedException", 400),
    "cloudformation": ("list_stacks", {}, "AccessDenied", 403),
}


@pytest.mark.parametrize("service", DENIALS)
def test_a_denial_has_the_error_code_of_the_service(acting: Callable[..., Any], service: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    operation, arguments, code, status = DENIALS[service]
    client = acting(service, allow("logs:DescribeLogGroups"))
    assert refused(getattr(client, operation), **arguments)[:2] == (code, status)


def test_an_explicit_deny_beats_a_managed_policy(aws: Aws, spoke: str, role_with: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html"""
    role = role_with({"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"})
    aws("iam", spoke).attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    client = aws("iam", spoke, role)
    assert client.list_roles()["Roles"]
    assert refused(client.list_users)[2].endswith("with an explicit deny in an identity-based policy")


def test_a_permission_can_be_limited_to_a_resource(aws: Aws, spoke: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html"""
    for name in ("/team-a/x", "/team-b/x"):
        aws("ssm", spoke).put_parameter(Name=name, Value="1", Type="String")
    ssm = acting("ssm", allow("ssm:Get*", resource=f"arn:aws:ssm:{REGION}:{spoke}:parameter/team-a/*"))
    assert ssm.get_parameter(Name="/team-a/x")["Parameter"]["Value"] == "1"
    assert f"arn:aws:ssm:{REGION}:{spoke}:parameter/team-b/x" in refused(ssm.get_parameter, Name="/team-b/x")[2]
    assert refused(ssm.get_parameters, Names=["/team-a/x", "/team-b/x"])[0] == "AccessDeniedException"


def test_conditions_on_request_tags_apply(acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html"""
    tagged = {"StringEquals": {"aws:RequestTag/team": "a"}}
    sns = acting("sns", allow("sns:CreateTopic", "sns:TagResource", Condition=tagged))
    assert sns.create_topic(Name="tagged", Tags=[{"Key": "team", "Value": "a"}])["TopicArn"]
    for tags in ([], [{"Key": "team", "Value": "b"}]):
        assert refused(sns.create_topic, Name="other", Tags=tags)[1] == 403


def test_a_condition_on_the_region_applies(aws: Aws, spoke: str, role_with: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion"""
    here = {"StringEquals": {"aws:RequestedRegion": REGION}}
    role = role_with(allow("logs:*", Condition=here))
    assert aws("logs", spoke, role).describe_log_groups()["logGroups"] == []
    away = aws("logs", spoke, role, region="us-east-1")
    assert refused(away.describe_log_groups)[0] == "AccessDeniedException"


def test_a_bucket_request_is_authorized_in_the_region_of_the_bucket(
    aws: Aws, spoke: str, role_with: Callable[..., str]
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/Redirects.html"""
    where = {"LocationConstraint": REGION}
    aws("s3", spoke).create_bucket(Bucket=f"here-{spoke}", CreateBucketConfiguration=where)
    role = role_with(allow("s3:ListBucket", Condition={"StringEquals": {"aws:RequestedRegion": REGION}}))
    assert aws("s3", spoke, role, region="us-east-1").list_objects_v2(Bucket=f"here-{spoke}")["KeyCount"] == 0


def test_a_permission_can_be_limited_to_one_account(aws: Aws, spoke: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount"""
    where = {"LocationConstraint": REGION}
    aws("s3", spoke).create_bucket(Bucket=f"own-{spoke}", CreateBucketConfiguration=where)
    s3 = acting("s3", allow("s3:ListBucket", Condition={"StringEquals": {"aws:ResourceAccount": spoke}}))
    assert s3.list_objects_v2(Bucket=f"own-{spoke}")["KeyCount"] == 0


def test_a_permissions_boundary_must_allow_too(aws: Aws, spoke: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("logs:*")]})
    boundary = aws("iam", spoke).create_policy(PolicyName="fence", PolicyDocument=document)["Policy"]["Arn"]
    assert acting("logs", allow("*"), PermissionsBoundary=boundary).describe_log_groups()["logGroups"] == []
    message = refused(acting("iam", allow("*"), PermissionsBoundary=boundary).list_roles)[2]
    assert message.endswith("because no permissions boundary allows the iam:ListRoles action")


PASSING: list[tuple[str, str, Callable[[str], dict[str, Any]]]] = [
    ("sagemaker", "create_model", lambda arn: {"ModelName": "m", "ExecutionRoleArn": arn}),
    ("codepipeline", "create_pipeline", lambda arn: {"pipeline": {"name": "p", "roleArn": arn, "stages": []}}),
    ("config", "put_configuration_recorder", lambda arn: {"ConfigurationRecorder": {"name": "r", "roleARN": arn}}),
    (
        "cloudtrail",
        "create_trail",
        lambda arn: {"Name": "trail", "S3BucketName": "b", "CloudWatchLogsRoleArn": arn},
    ),
]


@pytest.mark.parametrize(("service", "operation", "arguments"), PASSING)
def test_passing_a_role_needs_pass_role(
    acting: Callable[..., Any], spoke: str, service: str, operation: str, arguments: Callable[[str], dict[str, Any]]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"""
    arn = f"arn:aws:iam::{spoke}:role/execution"
    message = refused(getattr(acting(service, allow(f"{service}:*")), operation), **arguments(arn))[2]
    assert f"iam:PassRole on resource: {arn}" in message


def test_a_permission_can_be_limited_to_services_that_act_for_the_caller(acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-viaawsservice"""
    via = allow("ssm:*", Condition={"Bool": {"aws:ViaAWSService": "true"}})
    cloudformation, ssm = (acting(service, allow("cloudformation:*"), via) for service in ("cloudformation", "ssm"))
    assert refused(ssm.put_parameter, Name="/direct", Value="1", Type="String")[0] == "AccessDeniedException"
    resource = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/via", "Value": "1", "Type": "String"}}
    cloudformation.create_stack(StackName="via", TemplateBody=json.dumps({"Resources": {"P": resource}}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="via", WaiterConfig={"Delay": 1})


def test_creating_roles_can_require_the_boundary(aws: Aws, spoke: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate"""
    fence = f"arn:aws:iam::{spoke}:policy/everybody"
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("*")]})
    aws("iam", spoke).create_policy(PolicyName="everybody", PolicyDocument=document)
    make_role(aws("iam", spoke), "without", trust(Service="sagemaker.amazonaws.com"))
    under = allow("iam:CreateRole", "iam:PutRolePolicy", Condition={"StringEquals": {"iam:PermissionsBoundary": fence}})
    iam = acting("iam", under)
    assert refused(make_role, iam=iam, name="free", document=trust(Service="sagemaker.amazonaws.com"))[1] == 403
    make_role(iam, "fenced", trust(Service="sagemaker.amazonaws.com"), "s3:GetObject", PermissionsBoundary=fence)
    put = {"RoleName": "without", "PolicyName": "p", "PolicyDocument": document}
    assert refused(iam.put_role_policy, **put)[0] == "AccessDenied"


def test_a_session_of_a_deleted_role_has_no_permissions(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html"""
    make_role(aws("iam", spoke), "short-lived", trust(AWS=f"arn:aws:iam::{spoke}:root"), "logs:*")
    client = aws("logs", spoke, "short-lived")
    assert client.describe_log_groups()["logGroups"] == []
    aws("iam", spoke).delete_role_policy(RoleName="short-lived", PolicyName="may")
    aws("iam", spoke).delete_role(RoleName="short-lived")
    assert refused(client.describe_log_groups)[0] == "AccessDeniedException"
