"""The closed role from request to closing, with the real modules, the real command and the embedded AWS's own IAM.

Waits of a machine pass a hundred times faster here: a window of thirty minutes is closed by the machine after
eighteen seconds. That it would end by its instants when the machine dies is asked of its policies.
"""

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
from tests.e2e.conftest import REPOSITORY, SPOKE, Platform, World, organization
from tests.localaws.conftest import Aws, refused, started, terraform_at

FIXER, SUPPORT, MANAGEMENT = "platform-fix-engineer", "platform-support-engineer", "123456789012"
MODULES = REPOSITORY / "terraform" / "modules"
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
  place                 = { account_id = "%(spoke)s", region = "eu-west-2" }
  management_account_id = "123456789012"
  roles_file            = "%(modules)s/../roles.yaml"
  topic_arn             = aws_sns_topic.this.arn
  key_arn               = aws_kms_key.this.arn
}

module "emergency_users" {
  source = "%(modules)s/emergency_users"

  name_prefix     = "mlops"
  names           = ["erin", "frank"]
  role_name       = "platform-fix-engineer"
  organization_id = "%(organization)s"
}

output "machine" { value = module.break_glass.machine_arn }
output "topic" { value = aws_sns_topic.this.arn }
"""


@dataclass
class Glass:
    """A spoke with the closed role, people with devices, and a queue that hears the alarms."""

    platform: Platform
    terraform: Any
    machine: str
    queue: str
    people: dict[str, tuple[Any, str, pyotp.TOTP]]
    documents: list[dict[str, Any]] = field(default_factory=list)  # trust and policy of the open window
    ends: list[str] = field(default_factory=list)

    @property
    def spoke(self) -> str:
        return self.platform.world.spoke

    def command(self, *words: str, by: str, code: int = 0) -> Any:
        done = self.platform.catalog("break-glass", *words, "--account", SPOKE, "--as", by, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if code == 0 else done.stderr

    def takes_on(self, person: str, **more: Any) -> dict[str, str]:
        sts, serial, clock = self.people[person]
        proof = {"SerialNumber": serial, "TokenCode": clock.now()} | more
        arn = f"arn:aws:iam::{self.spoke}:role/{FIXER}"
        sent = {key: value for key, value in proof.items() if value}
        given: dict[str, str] = sts.assume_role(RoleArn=arn, RoleSessionName=person, **sent)["Credentials"]
        return given

    def stays_out(self, person: str, **more: Any) -> bool:
        return refused(lambda: self.takes_on(person, **more))[0] == "AccessDenied"

    def writes(self, person: str, name: str, **said: Any) -> None:
        """As the person in the everyday role, without the command."""
        aws = self.platform.world.aws
        tags = [{"Key": "owner", "Value": person}]
        keys = aws.assume(aws("sts", self.spoke), f"arn:aws:iam::{self.spoke}:role/{SUPPORT}", Tags=tags)
        name = f"/mlops-break-glass/{name}"
        aws.client("ssm", keys).put_parameter(Name=name, Value=json.dumps(said), Type="String", Overwrite=True)

    def role(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The role's trust and the policy of its window."""
        iam = self.platform.world.aws("iam", self.spoke)
        within = iam.get_role_policy(RoleName=FIXER, PolicyName="window")["PolicyDocument"]
        return iam.get_role(RoleName=FIXER)["Role"]["AssumeRolePolicyDocument"], within

    def refusals(self) -> list[str]:
        """Why executions ended refused, oldest first."""
        states = self.platform.world.aws("stepfunctions", self.spoke)
        found = states.list_executions(stateMachineArn=self.machine, statusFilter="FAILED")["executions"]
        told = [states.describe_execution(executionArn=it["executionArn"]) for it in found[::-1]]
        assert {it["error"] for it in told} <= {"Refused"}, told
        return [it["cause"] for it in told]

    def heard(self) -> list[dict[str, Any]]:
        """The messages of the alarm topic since the last look."""
        sqs = self.platform.world.aws("sqs", self.spoke)
        told = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for it in told:
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=it["ReceiptHandle"])
        return [json.loads(json.loads(it["Body"])["Message"]) for it in told]


def until(found: Any, what: str) -> None:
    deadline = time.monotonic() + 60
    while not found():
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def glass(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    folder = tmp_path_factory.mktemp("glass")
    repository = folder / "repository"
    for name in ("platform.yaml", "contracts.yaml", "accounts/credit-risk.yaml"):
        (repository / "terraform" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "terraform" / name, repository / "terraform" / name)
    (folder / "root").mkdir()
    with started(folder) as server, terraform_at(folder / "root", server.endpoint) as terraform:
        world = World(Aws(server.endpoint), server)
        organizations = world.aws("organizations")
        organizations.create_organization(FeatureSet="ALL")
        made = organizations.create_account(AccountName=SPOKE, Email=f"{SPOKE}@bank.example")["CreateAccountStatus"]
        world.spoke = made["AccountId"]
        words = {"spoke": world.spoke, "modules": MODULES, "organization": organization(world.aws)}
        outputs = terraform.apply(ROOT % words)
        people = {name: _person(world, name) for name in ("erin", "frank")}
        queue = _queue(world, outputs["topic"])
        yield Glass(Platform(repository, world), terraform, outputs["machine"], queue, people)
        (terraform.folder / "terraform.tfstate").unlink()  # this AWS ends with the test: nothing need be destroyed


def _queue(world: Any, topic: str) -> str:
    sqs = world.aws("sqs", world.spoke)
    url = str(sqs.create_queue(QueueName="alarms-heard")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    world.aws("sns", world.spoke).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def _person(world: Any, name: str) -> tuple[Any, str, pyotp.TOTP]:
    """What an operator hands out once: a key and a device."""
    iam = world.aws("iam")
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    clock, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
    codes = {"AuthenticationCode1": clock.at(now), "AuthenticationCode2": clock.at(now + 30)}
    iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    return world.aws.client("sts", keys), device["SerialNumber"], clock


@pytest.mark.control(34)
def test_outside_a_window_nobody_takes_the_role_on(glass: Glass) -> None:
    operator = glass.platform.world.aws("sts", glass.spoke)
    arn = f"arn:aws:iam::{glass.spoke}:role/{FIXER}"
    assert glass.stays_out("erin")
    assert refused(operator.assume_role, RoleArn=arn, RoleSessionName="operator")[0] == "AccessDenied"


@pytest.mark.control(34)
@pytest.mark.parametrize(
    "name", ["approvals/erin/erin", "approvals/erin/frank", "requests/frank", "window", "windows/erin/1"]
)
def test_iam_lets_nobody_approve_the_own_request_or_write_in_another_s_name(glass: Glass, name: str) -> None:
    assert refused(lambda: glass.writes("erin", name, request=1))[0] == "AccessDeniedException"


def test_what_cannot_be_is_told_in_a_line(glass: Glass) -> None:
    asked = {
        "request --minutes 61 --reason x": "--minutes 61: a window lasts 1 to 60 minutes; ask for fewer\n",
        "approve --requester erin": "--requester erin: nobody approves the own request; ask another of the team\n",
        "approve --requester frank": "--requester frank: has no request in ",
    }
    for words, told in asked.items():
        assert glass.command(*words.split(), by="erin", code=1).startswith(told)
    stranger = glass.command("request", "--minutes", "5", "--reason", "x", by="mallory", code=1)
    assert stranger.startswith("--as mallory: is none of break_glass_users in terraform/platform.yaml")
    nowhere = glass.platform.catalog("break-glass", "status", "--account", "nowhere")
    assert nowhere.returncode == 1
    assert nowhere.stderr.startswith("--account nowhere: the organisation has no such account; ")


def test_the_machine_refuses_what_the_command_would_not_have_written(glass: Glass) -> None:
    """People may write their own parameters without the command."""
    told = []
    for asked, minutes, reason in (
        (1, 0, "there is no request of erin that can be read"),
        (2, 61, "the approval is not of the newest request, version 1"),
        (1, 0, "minutes are 1 to 60"),
    ):
        if minutes:
            glass.writes("erin", "requests/erin", minutes=minutes, reason="long")
        glass.writes("frank", "approvals/erin/frank", request=asked)
        told.append(reason)
        until(lambda: len(glass.refusals()) == len(told), reason)
    assert glass.refusals() == told
    assert {it["state"] for it in glass.heard()} == {"refused"}
    assert glass.stays_out("erin")


@pytest.mark.control(34)
def test_a_window_opens_for_one_person_with_a_device_and_closes_by_itself(glass: Glass) -> None:
    asked = glass.command("request", "--minutes", "30", "--reason", "INC-7: an endpoint is stuck", by="erin")
    assert glass.stays_out("erin"), "a request alone opens nothing"
    opened = glass.command("approve", "--requester", "erin", by="frank")["open"]
    until(lambda: "nobody" not in json.dumps(glass.role()[0]), "the open trust")

    session = glass.platform.world.aws.client("s3", glass.takes_on("erin"))
    assert isinstance(session.list_buckets()["Buckets"], list)
    assert glass.stays_out("erin", SerialNumber="", TokenCode=""), "without a code"
    assert glass.stays_out("frank"), "another person"
    glass.documents.extend(glass.role())
    glass.writes("gina", "approvals/erin/gina", request=asked["version"])
    told = glass.command("status", by="frank")["open"]
    assert (told["requester"], told["approver"], told["reason"]) == ("erin", "frank", "INC-7: an endpoint is stuck")

    until(lambda: all("1970-01-01" in json.dumps(it) for it in glass.role()), "the end")
    assert glass.stays_out("erin")
    assert refused(session.list_buckets)[0] == "AccessDenied", "the session ends with the window"
    until(lambda: glass.command("status", by="frank")["windows"][0]["state"] == "closed", "the record of its end")
    assert [it["state"] for it in glass.heard() if it["requester"] == "erin" and it["state"] != "refused"] == [
        "open", "closed",
    ]  # fmt: skip
    glass.ends.append(opened["ends"])


@pytest.mark.control(34)
def test_a_window_ends_by_its_instants_when_the_machine_has_died(glass: Glass) -> None:
    [ends], (trust, within) = glass.ends, glass.documents
    erin = f"arn:aws:iam::{MANAGEMENT}:user/break-glass/erin"
    before = datetime.fromisoformat(ends) - timedelta(seconds=1)
    for moment, says in ((ends, Decision.NONE), (f"{before:%Y-%m-%dT%H:%M:%SZ}", Decision.ALLOW)):
        keys = {"aws:principalarn": erin, "aws:multifactorauthpresent": "true", "aws:currenttime": moment}
        seen = Context({key: (value,) for key, value in keys.items()})
        asked = AuthorizationRequest("sts:AssumeRole", None, seen, {"AWS": (erin,)}, MANAGEMENT)
        assert decide([json.dumps(trust)], asked) is says
        late = AuthorizationRequest("s3:ListAllMyBuckets", "*", Context({"aws:currenttime": (moment,)}))
        assert (decide([json.dumps(within)], late) is Decision.DENY) is (moment == ends)


def test_a_request_counts_once(glass: Glass) -> None:
    before = len(glass.refusals())
    [window] = [it for it in glass.command("status", by="frank")["windows"] if it["requester"] == "erin"]
    assert "was used; erin must ask again" in glass.command("approve", "--requester", "erin", by="frank", code=1)
    glass.writes("gina", "approvals/erin/gina", request=window["request"])
    until(lambda: len(glass.refusals()) == before + 1, "the refusal")
    assert glass.refusals()[-1] == f"version {window['request']} of the request was used before"
    assert glass.stays_out("erin")


def test_terraform_sees_an_open_window_and_none_that_is_closed(glass: Glass) -> None:
    assert glass.terraform.plan() == []
    iam, (trust, within) = glass.platform.world.aws("iam", glass.spoke), glass.documents
    iam.update_assume_role_policy(RoleName=FIXER, PolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=FIXER, PolicyName="window", PolicyDocument=json.dumps(within))
    assert glass.terraform.plan() == [
        f'update module.personas.aws_iam_role.persona["{FIXER}"]',
        f'update module.personas.aws_iam_role_policy.window["{FIXER}"]',
    ]
