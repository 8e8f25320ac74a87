"""The access matrix by real calls: the embedded AWS allows each role exactly what its cell says.

The roles are read from terraform/roles.yaml; tests/terraform/personas checks that Terraform writes the same documents,
and applying the module would take longer than all tests here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generators.access import access_matrix, roles, service_control_policies
from tests.localaws.conftest import REGION, ROOT, Aws, started
from tests.localaws.matrix_calls import CALLS
from tests.support.account import account_policies

pytestmark = pytest.mark.local_only
MATRIX = account_policies()
TASKS = {task.name: task for task in MATRIX.rules}
UNIT = ("regions", "membership", "audit_trail", "sharing", "baseline", "sagemaker")
PROFILES = {
    "alice": {"owner": "alice", "profile-type": "developer"},
    "bob": {"owner": "bob", "profile-type": "developer"},
    "alice-approves": {"owner": "alice", "profile-type": "model-approver"},
    "bob-approves": {"owner": "bob", "profile-type": "model-approver"},
    "untyped": {"owner": "alice"},
    "plain": {},
}
_DENIAL = re.compile(r"User: (\S+) is not authorized to perform: (\S+) on resource: (\S+)")


@dataclass(frozen=True)
class TeamAccount:
    """An account of a team, with alice in every role."""

    aws: Aws
    values: Mapping[str, Any]
    sessions: Mapping[str, dict[str, str]]
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    denials: dict[str, dict[str, str]] = field(default_factory=dict)

    def refusals(self, task: str) -> Mapping[str, str]:
        """Role -> message of the denial, "" when the call is not denied; every role calls once."""
        if task not in self.denials:
            self.denials[task] = {role: self._refusal(role, *CALLS[task]) for role in self.sessions}
        return self.denials[task]

    def _client(self, role: str, kind: str) -> Any:
        service, _, region = kind.partition(" ")
        if (role, kind) not in self.clients:
            self.clients[role, kind] = self.aws.client(service, self.sessions[role], region or REGION)
        return self.clients[role, kind]

    def _refusal(self, role: str, kind: str, operation: str, params: Mapping[str, Any]) -> str:
        try:
            getattr(self._client(role, kind), operation)(**_filled(params, {**self.values, "role": role}))
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            return message if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation") else ""
        return ""


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    if isinstance(value, bytes):
        return values["cipher"] if value == b"{cipher}" else value
    return value.format(**values) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamAccount]:
    """An embedded AWS of its own, because the policies of the organization apply to every account in it."""
    with started(tmp_path_factory.mktemp("matrix")) as server:
        aws = Aws(server.endpoint)
        account = _account(aws)
        values = {"account": account, "region": REGION, **_resources(aws, account)}
        _elsewhere(aws, account)
        yield TeamAccount(aws, values, _sessions(aws, account, values["key"]))


def _account(aws: Aws) -> str:
    """A member account in a unit with the service control policies."""
    organizations = aws("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="development")["OrganizationalUnit"]["Id"]
    texts = service_control_policies.documents(
        ROOT, service_control_policies.template_values("mlops", "mlops-logs", (REGION,))
    )
    for name in UNIT:
        kind = {"Name": name, "Description": name, "Type": "SERVICE_CONTROL_POLICY", "Content": texts[name]}
        policy = organizations.create_policy(**kind)["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=unit)
    status = organizations.create_account(AccountName="team", Email="team@bank.example")["CreateAccountStatus"]
    organizations.move_account(AccountId=status["AccountId"], SourceParentId=root, DestinationParentId=unit)
    return str(status["AccountId"])


def _resources(aws: Aws, account: str) -> dict[str, Any]:
    """The resources that the calls use."""
    ec2, kms, sagemaker, s3, ssm = (aws(service, account) for service in ("ec2", "kms", "sagemaker", "s3", "ssm"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="jobs", Description="jobs")["GroupId"]
    key = kms.create_key()["KeyMetadata"]["Arn"]
    domain = sagemaker.create_domain(
        DomainName="lab", AuthMode="IAM", SubnetIds=[subnet], VpcId=vpc, AppNetworkAccessType="VpcOnly", KmsKeyId=key,
        DefaultUserSettings={"ExecutionRole": f"arn:aws:iam::{account}:role/studio-developer"},
    )["DomainArn"].rpartition("/")[2]  # fmt: skip
    for name, tags in PROFILES.items():
        pairs = [{"Key": tag, "Value": value} for tag, value in tags.items()]
        sagemaker.create_user_profile(DomainId=domain, UserProfileName=name, Tags=pairs)
    sagemaker.create_space(DomainId=domain, SpaceName="lab")
    for bucket, name in (("scores-data", "a.csv"), ("scores-models-1", "report.json"), ("access-logs-1", "")):
        s3.create_bucket(Bucket=f"mlops-{bucket}", CreateBucketConfiguration={"LocationConstraint": REGION})
        if name:
            s3.put_object(Bucket=f"mlops-{bucket}", Key=name, Body=b"1")
    ssm.put_parameter(Name="/mlops/spoke/vpc-id", Value=vpc, Type="String")
    ssm.put_parameter(Name="/mlops/team/token", Value="x", Type="String", Tags=[{"Key": "secret", "Value": "true"}])
    cipher = kms.encrypt(KeyId=key, Plaintext=b"1")["CiphertextBlob"]
    return {"domain": domain, "key": key, "subnet": subnet, "group": group, "cipher": cipher}


def _elsewhere(aws: Aws, account: str) -> None:
    """A bucket of another account whose policy allows the team's account, so that the team's policies decide."""
    name, s3 = "mlops-elsewhere", aws("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    letting = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*"}
    s3.put_bucket_policy(Bucket=name, Policy=roles.document((letting,)))


def _sessions(aws: Aws, account: str, key: str) -> dict[str, dict[str, str]]:
    """A session of alice for every role. Every trust policy allows the operator, as that of the developer does; outside
    of this test only Studio or an approved request opens some of the roles."""
    iam, sts = aws("iam", account), aws("sts", account)
    values = {**access_matrix.example_values(ROOT), "account_id": account, "data_key_arn": key}
    declared = roles.read(ROOT, values)
    operator = declared["developer"].trust[:1]
    boundary = iam.create_policy(PolicyName="mlops-boundary", PolicyDocument=roles.document(declared.boundary))
    with_boundary = {"PermissionsBoundary": boundary["Policy"]["Arn"]}
    everything = roles.document(({"Effect": "Allow", "Action": "*", "Resource": "*"},))
    documents = {role.name: (role.document, role.bounded) for role in declared.all}
    for name, (text, bounded) in {**documents, access_matrix.PRODUCT_ROLE: (everything, True)}.items():
        trust = roles.document(operator)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **(with_boundary if bounded else {}))
        iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=text)
    who = [{"Key": "owner", "Value": "alice"}]
    arn = f"arn:aws:iam::{account}:role/"
    return {role.name: aws.assume(sts, arn + role.name, Tags=who) for role in MATRIX.roles.all}


def test_every_call_is_a_task_of_the_matrix() -> None:
    assert set(CALLS) <= set(TASKS)
    assert len(CALLS) * len(MATRIX.roles.all) >= 500


def _is_denial_of(message: str, action: str) -> bool:
    """Whether a denial is for the task itself, not for another action that its call needs. iam:PassRole and
    sts:GetServiceBearerToken are never called alone."""
    is_own_call = action not in ("iam:PassRole", "sts:GetServiceBearerToken")
    return f"perform: {action} on" in message if is_own_call else bool(message)


@pytest.mark.parametrize("name", CALLS)
def test_each_role_is_allowed_what_the_matrix_says(team: TeamAccount, name: str) -> None:
    task, messages = TASKS[name], team.refusals(name)
    allowed = {role for role, text in messages.items() if not _is_denial_of(text, task.action)}
    assert allowed == task.allowed_roles, messages


@pytest.mark.parametrize("name", CALLS)
def test_a_denial_names_principal_action_and_resource(team: TeamAccount, name: str) -> None:
    task, messages = TASKS[name], team.refusals(name)
    for role in sorted(messages.keys() - task.allowed_roles):
        match = _DENIAL.search(messages[role])
        assert match, messages[role]
        principal, action, resource = match.groups()
        assert principal == f"arn:aws:sts::{team.values['account']}:assumed-role/{role}/tests"
        if action == task.action and task.resource.startswith("arn:"):
            assert _kind(resource) == _kind(task.resource)


def _kind(resource: str) -> tuple[str, ...]:
    """Service and resource type of an ARN; ARNs of S3, CodePipeline, SNS and SQS have no resource type."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return (resource,)
    has_type = parts[2] not in ("s3", "codepipeline", "sns", "sqs")
    return (parts[2], re.split("[:/]", parts[5])[0] if has_type else "")
