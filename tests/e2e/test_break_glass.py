"""Temporary use of platform-fix-engineer from request to end, with the real modules, command and the embedded IAM."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from tests.e2e.conftest import REPOSITORY, SPOKE, Estate, Platform, organization
from tests.localaws.conftest import Aws, refused, started, terraform_at

FIXER, SUPPORT, MANAGEMENT = "platform-fix-engineer", "platform-support-engineer", "123456789012"
MODULES = REPOSITORY / "terraform" / "modules"
pytestmark = pytest.mark.slow  # `make demo` plays an emergency from request to end
ROOT = """
provider "aws" {
  alias = "spoke"

  assume_role {
    role_arn = "arn:aws:iam::%(spoke)s:role/OrganizationAccountAccessRole"
  }
}

resource "aws_kms_key" "this" {
  provider = aws.spoke
}

resource "aws_sns_topic" "this" {
  provider          = aws.spoke
  name              = "mlops-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

module "personas" {
  source    = "%(modules)s/personas"
  providers = { aws = aws.spoke }

  name_prefix           = "mlops"
  account_id            = "%(spoke)s"
  hub_account_id        = "200528645418"
  management_account_id = "123456789012"
  data_key_arn          = aws_kms_key.this.arn
  roles_file            = "%(modules)s/../roles.yaml"
  sign_in = { method = "identity-center", saml_provider = "", operator_role = "OrganizationAccountAccessRole" }
}

module "break_glass" {
  source    = "%(modules)s/break_glass"
  providers = { aws = aws.spoke }

  name_prefix           = "mlops"
  account_id            = "%(spoke)s"
  region                = "eu-west-2"
  management_account_id = "123456789012"
  roles_file            = "%(modules)s/../roles.yaml"
  topic_arn             = aws_sns_topic.this.arn
  key_arn               = aws_kms_key.this.arn
}

module "emergency_users" {
  source          = "%(modules)s/emergency_users"
  name_prefix     = "mlops"
  names           = ["erin", "frank"]
  role_name       = "platform-fix-engineer"
  organization_id = "%(organization)s"
}

output "machine" { value = module.break_glass.machine_arn }
output "topic" { value = aws_sns_topic.this.arn }
"""


@dataclass
class BreakGlass:
    """A spoke with the closed role, people with MFA devices, and a queue that receives the alarms."""

    platform: Platform
    terraform: Any
    machine: str
    queue: str
    people: dict[str, tuple[Any, str, pyotp.TOTP]]
    open_documents: list[dict[str, Any]] = field(default_factory=list)  # trust and policy of the open window
    ends: list[str] = field(default_factory=list)

    @property
    def spoke(self) -> str:
        return self.platform.estate.spoke

    def run(self, *arguments: str, by: str, code: int = 0) -> Any:
        completed = self.platform.catalog("break-glass", *arguments, "--account", SPOKE, "--as", by, "--json")
        assert completed.returncode == code, completed.stderr
        return json.loads(completed.stdout) if code == 0 else completed.stderr

    def assume(self, person: str, **more: Any) -> dict[str, str]:
        sts, serial, totp = self.people[person]
        proof = {"SerialNumber": serial, "TokenCode": totp.now()} | more
        arn = f"arn:aws:iam::{self.spoke}:role/{FIXER}"
        mfa = {key: value for key, value in proof.items() if value}
        return dict(sts.assume_role(RoleArn=arn, RoleSessionName=person, **mfa)["Credentials"])

    def is_denied(self, person: str, **more: Any) -> bool:
        return refused(lambda: self.assume(person, **more))[0] == "AccessDenied"

    def put_parameter(self, person: str, name: str, **value: Any) -> None:
        """Write a parameter as the person in the everyday role, without the command."""
        aws = self.platform.estate.aws
        tags = [{"Key": "owner", "Value": person}]
        keys = aws.assume(aws("sts", self.spoke), f"arn:aws:iam::{self.spoke}:role/{SUPPORT}", Tags=tags)
        name = f"/mlops-break-glass/{name}"
        aws.client("ssm", keys).put_parameter(Name=name, Value=json.dumps(value), Type="String", Overwrite=True)

    def documents(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The role's trust and the policy of its window."""
        iam = self.platform.estate.aws("iam", self.spoke)
        window_policy = iam.get_role_policy(RoleName=FIXER, PolicyName="window")["PolicyDocument"]
        return iam.get_role(RoleName=FIXER)["Role"]["AssumeRolePolicyDocument"], window_policy

    def refusals(self) -> list[str]:
        """The causes of refused executions, oldest first."""
        states = self.platform.estate.aws("stepfunctions", self.spoke)
        failed = states.list_executions(stateMachineArn=self.machine, statusFilter="FAILED")["executions"]
        executions = [states.describe_execution(executionArn=item["executionArn"]) for item in failed[::-1]]
        assert {execution["error"] for execution in executions} <= {"Refused"}, executions
        return [execution["cause"] for execution in executions]

    def messages(self) -> list[dict[str, Any]]:
        """The messages of the alarm topic since the last call."""
        sqs = self.platform.estate.aws("sqs", self.spoke)
        received = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in received:
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in received]


def until(condition: Any, description: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"never seen: {description}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def break_glass(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakGlass]:
    folder = tmp_path_factory.mktemp("glass")
    repository = folder / "repository"
    for name in ("platform.yaml", "contracts.yaml", "accounts/credit-risk.yaml"):
        (repository / "terraform" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "terraform" / name, repository / "terraform" / name)
    (folder / "root").mkdir()
    with started(folder) as server, terraform_at(folder / "root", server.endpoint) as terraform:
        estate = Estate(Aws(server.endpoint), server)
        organizations = estate.aws("organizations")
        organizations.create_organization(FeatureSet="ALL")
        response = organizations.create_account(AccountName=SPOKE, Email=f"{SPOKE}@bank.example")
        estate.spoke = response["CreateAccountStatus"]["AccountId"]
        values = {"spoke": estate.spoke, "modules": MODULES, "organization": organization(estate.aws)}
        outputs = terraform.apply(ROOT % values)
        people = {name: _person(estate, name) for name in ("erin", "frank")}
        queue = _queue(estate, outputs["topic"])
        yield BreakGlass(Platform(repository, estate), terraform, outputs["machine"], queue, people)
        (terraform.folder / "terraform.tfstate").unlink()  # this AWS ends with the test: nothing to destroy


def _queue(estate: Any, topic: str) -> str:
    sqs = estate.aws("sqs", estate.spoke)
    url = str(sqs.create_queue(QueueName="alarms-heard")["QueueUrl"])
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    estate.aws("sns", estate.spoke).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
    return url


def _person(estate: Any, name: str) -> tuple[Any, str, pyotp.TOTP]:
    """A person with an access key and an MFA device, which an operator hands out once."""
    iam = estate.aws("iam")
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    totp, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
    codes = {"AuthenticationCode1": totp.at(now), "AuthenticationCode2": totp.at(now + 30)}
    iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    return estate.aws.client("sts", keys), device["SerialNumber"], totp


@pytest.mark.control(34)
def test_outside_a_window_nobody_assumes_the_role(break_glass: BreakGlass) -> None:
    operator = break_glass.platform.estate.aws("sts", break_glass.spoke)
    arn = f"arn:aws:iam::{break_glass.spoke}:role/{FIXER}"
    assert break_glass.is_denied("erin")
    assert refused(operator.assume_role, RoleArn=arn, RoleSessionName="operator")[0] == "AccessDenied"


@pytest.mark.control(34)
@pytest.mark.parametrize(
    "name", ["approvals/erin/erin", "approvals/erin/frank", "requests/frank", "window", "windows/erin/1"]
)
def test_iam_denies_approving_ones_own_request_and_writing_in_another_name(break_glass: BreakGlass, name: str) -> None:
    assert refused(lambda: break_glass.put_parameter("erin", name, request=1))[0] == "AccessDeniedException"


def test_an_invalid_request_is_refused_in_one_line(break_glass: BreakGlass) -> None:
    messages = {
        "request --minutes 61 --reason x": "--minutes 61: a window lasts 1 to 60 minutes; ask for fewer\n",
        "approve --requester erin": "--requester erin: nobody approves the own request; ask another of the team\n",
        "approve --requester frank": "--requester frank: has no request in ",
    }
    for command, message in messages.items():
        assert break_glass.run(*command.split(), by="erin", code=1).startswith(message)
    stranger = break_glass.run("request", "--minutes", "5", "--reason", "x", by="mallory", code=1)
    assert stranger.startswith("--as mallory: is none of break_glass_users in terraform/platform.yaml")
    unknown = break_glass.platform.catalog("break-glass", "status", "--account", "nowhere")
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("--account nowhere: the organisation has no such account; ")


def test_the_state_machine_refuses_what_the_command_would_not_write(break_glass: BreakGlass) -> None:
    """People may write their own parameters without the command."""
    reasons = list[str]()
    for request, minutes, reason in (
        (1, 0, "there is no request of erin that can be read"),
        (2, 61, "the approval is not of the newest request, version 1"),
        (1, 0, "minutes are 1 to 60"),
    ):
        if minutes:
            break_glass.put_parameter("erin", "requests/erin", minutes=minutes, reason="long")
        break_glass.put_parameter("frank", "approvals/erin/frank", request=request)
        reasons.append(reason)
        until(lambda: len(break_glass.refusals()) == len(reasons), reason)
    assert break_glass.refusals() == reasons
    assert {message["state"] for message in break_glass.messages()} == {"refused"}
    assert break_glass.is_denied("erin")


@pytest.mark.control(34)
def test_a_window_opens_for_one_person_with_a_device_and_closes_by_itself(break_glass: BreakGlass) -> None:
    request = break_glass.run("request", "--minutes", "30", "--reason", "INC-7: an endpoint is stuck", by="erin")
    assert break_glass.is_denied("erin"), "a request alone opens nothing"
    window = break_glass.run("approve", "--requester", "erin", by="frank")["open"]
    until(lambda: "nobody" not in json.dumps(break_glass.documents()[0]), "the open trust")

    session = break_glass.platform.estate.aws.client("s3", break_glass.assume("erin"))
    assert isinstance(session.list_buckets()["Buckets"], list)
    assert break_glass.is_denied("erin", SerialNumber="", TokenCode=""), "without a code"
    assert break_glass.is_denied("frank"), "another person"
    break_glass.open_documents.extend(break_glass.documents())
    break_glass.put_parameter("gina", "approvals/erin/gina", request=request["version"])
    status = break_glass.run("status", by="frank")["open"]
    assert (status["requester"], status["approver"]) == ("erin", "frank")
    assert status["reason"] == "INC-7: an endpoint is stuck"

    break_glass.platform.estate.aws.advance(30 * 60)
    until(lambda: all("1970-01-01" in json.dumps(document) for document in break_glass.documents()), "the end")
    assert break_glass.is_denied("erin")
    assert refused(session.list_buckets)[0] == "AccessDenied", "the session ends with the window"
    until(lambda: break_glass.run("status", by="frank")["windows"][0]["state"] == "closed", "the record of its end")
    states = [message["state"] for message in break_glass.messages() if message["requester"] == "erin"]
    assert [state for state in states if state != "refused"] == ["open", "closed"]
    break_glass.ends.append(window["ends"])


@pytest.mark.control(34)
def test_the_policies_end_a_window_without_the_state_machine(break_glass: BreakGlass) -> None:
    [ends], (trust, window_policy) = break_glass.ends, break_glass.open_documents
    erin = f"arn:aws:iam::{MANAGEMENT}:user/break-glass/erin"
    before = datetime.fromisoformat(ends) - timedelta(seconds=1)
    for moment, decision in ((ends, Decision.IMPLICIT_DENY), (f"{before:%Y-%m-%dT%H:%M:%SZ}", Decision.ALLOW)):
        keys = {"aws:principalarn": erin, "aws:multifactorauthpresent": "true", "aws:currenttime": moment}
        context = Context({key: (value,) for key, value in keys.items()})
        request = AuthorizationRequest("sts:AssumeRole", None, context, {"AWS": (erin,)}, MANAGEMENT)
        assert decide([json.dumps(trust)], request) is decision
        late = AuthorizationRequest("s3:ListAllMyBuckets", "*", Context({"aws:currenttime": (moment,)}))
        assert (decide([json.dumps(window_policy)], late) is Decision.DENY) is (moment == ends)


def test_a_request_counts_once(break_glass: BreakGlass) -> None:
    before, windows = len(break_glass.refusals()), break_glass.run("status", by="frank")["windows"]
    [window] = [window for window in windows if window["requester"] == "erin"]
    assert "was used; erin must ask again" in break_glass.run("approve", "--requester", "erin", by="frank", code=1)
    break_glass.put_parameter("gina", "approvals/erin/gina", request=window["request"])
    until(lambda: len(break_glass.refusals()) == before + 1, "the refusal")
    assert break_glass.refusals()[-1] == f"version {window['request']} of the request was used before"
    assert break_glass.is_denied("erin")


@pytest.mark.slow
def test_terraform_reports_an_open_window_and_not_a_closed_one(break_glass: BreakGlass) -> None:
    assert break_glass.terraform.plan() == []
    iam, (trust, window_policy) = break_glass.platform.estate.aws("iam", break_glass.spoke), break_glass.open_documents
    iam.update_assume_role_policy(RoleName=FIXER, PolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=FIXER, PolicyName="window", PolicyDocument=json.dumps(window_policy))
    assert break_glass.terraform.plan() == [
        f'update module.personas.aws_iam_role.persona["{FIXER}"]',
        f'update module.personas.aws_iam_role_policy.break_glass_session["{FIXER}"]',
    ]
