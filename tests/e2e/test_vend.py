"""Interrupted and refused vending in a copy of the repository with real Terraform: the next run completes it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from tests.e2e.merge_estate import build_image

ROOT = Path(__file__).resolve().parents[2]
FRAUD = "terraform/accounts/fraud.yaml"
PATIENCE = 600  # seconds
ENVIRONMENTS = ("development", "pre-production", "production")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with an embedded AWS of its own."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("generators", "scripts", "products", "terraform"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform"))
    _allow_builds(folder / "terraform" / "platform.yaml")
    completed = _start(folder, "scripts.localaws", "start").communicate(timeout=PATIENCE)
    assert (folder / ".local" / "aws.json").exists(), completed
    yield folder
    _start(folder, "scripts.localaws", "stop").communicate(timeout=PATIENCE)


def _allow_builds(platform):
    """Builds run with TARGET=aws; here both targets have the accounts of the embedded AWS."""
    text = platform.read_text(encoding="utf-8")
    local = re.search(r"  local: (\{.*\})", text).group(1)
    platform.write_text(re.sub(r"  aws: \{.*\}", f"  aws: {local}", text), encoding="utf-8")


def _start(folder, *module):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-P", "-m", *module]
    return subprocess.Popen(command, cwd=folder, env=inherited | {"PYTHONPATH": str(folder)}, **pipes)


def _vend(folder, *arguments):
    process = _start(folder, "scripts.vend", *arguments)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out + err


def _results(output):
    """Results by account of the team; the platform's own accounts are left out."""
    rows = json.loads(output[output.index("[\n") : output.rindex("]") + 1])
    return {row["part"]: row["result"] for row in rows if row["part"].startswith("fraud-")}


def _client(folder, service, account=""):
    endpoint = json.loads((folder / ".local" / "aws.json").read_text(encoding="utf-8"))["endpoint"]
    location = {"endpoint_url": endpoint, "region_name": "eu-west-2"}
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    if account:
        ids = {item["Name"]: item["Id"] for item in _accounts(folder)}
        role = f"arn:aws:iam::{ids[account]}:role/OrganizationAccountAccessRole"
        sts = boto3.client("sts", **location, **keys)
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        keys = dict(zip((*keys, "aws_session_token"), (credentials[name] for name in names), strict=True))
    return boto3.client(service, **location, **keys)


def _organizations(folder):
    return _client(folder, "organizations")


def _accounts(folder):
    pages = _organizations(folder).get_paginator("list_accounts").paginate()
    return [account for page in pages for account in page["Accounts"] if account["Name"] != "master"]


def _names(folder):
    return sorted(account["Name"] for account in _accounts(folder))


def _active(folder):
    return [account["Name"] for account in _accounts(folder) if account["Status"] == "ACTIVE"]


def _until(condition, description):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never seen: {description}"
        time.sleep(0.2)


def test_the_next_run_completes_one_that_was_killed_while_it_created_accounts(copy):
    log = copy / ".local" / "vend" / "organization" / "log"
    killed = _start(copy, "scripts.vend", "apply", "organization")
    _until(lambda: log.exists() and "Creating..." in log.read_text(encoding="utf-8"), "the first resource")
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    code, output = _vend(copy, "apply", "organization")

    assert code == 0, output
    names = _names(copy)
    assert len(names) == len(set(names))
    assert {"mlops-hub", "credit-risk-development", "credit-risk-production"} <= set(names)
    assert _vend(copy, "plan", "organization", "--expect-empty")[0] == 0


def test_an_account_that_exists_but_is_not_in_the_state_is_imported(copy):
    text = (copy / "terraform" / "accounts" / "credit-risk.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.replace("credit-risk", "fraud").splitlines() if "cidr_block" not in line]
    (copy / FRAUD).write_text("\n".join(lines) + "\n", encoding="utf-8")
    name = "fraud-development"
    response = _organizations(copy).create_account(AccountName=name, Email=f"{name}@bank.example")

    code, output = _vend(copy, "apply", "organization")

    assert code == 0, output
    names = [account for account in _names(copy) if account.startswith("fraud-")]
    assert names == [name, "fraud-pre-production", "fraud-production"]
    account_id = response["CreateAccountStatus"]["AccountId"]
    parent = _organizations(copy).list_parents(ChildId=account_id)["Parents"][0]["Id"]
    assert parent.startswith("ou-"), "the account was moved from the root to its organisational unit"


def test_invalid_input_is_reported_before_terraform_starts(copy):
    logs = {path: path.stat().st_size for path in (copy / ".local" / "vend").rglob("log")}
    before = (copy / FRAUD).read_text(encoding="utf-8")
    (copy / FRAUD).write_text(before.replace("[fraud-leads]", "[frauds]"), encoding="utf-8")
    code, output = _vend(copy, "team", "all")
    (copy / FRAUD).write_text(before, encoding="utf-8")

    assert code == 1
    assert "unknown group 'frauds'" in output
    assert {path: path.stat().st_size for path in (copy / ".local" / "vend").rglob("log")} == logs


def test_an_account_that_fails_does_not_stop_others_and_is_retried(copy):
    iam = _client(copy, "iam", "fraud-development")
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Statement": [statement]})
    iam.create_role(RoleName="mlops-flow-logs-eu-west-2", AssumeRolePolicyDocument=trust)
    code, output = _vend(copy, "team", "fraud", "--json")
    iam.delete_role(RoleName="mlops-flow-logs-eu-west-2")
    resumed_code, resumed_output = _vend(copy, "team", "fraud", "--json")

    assert code == 3
    assert "EntityAlreadyExists" in output
    assert _results(output) == {
        "fraud-development": "failed",
        "fraud-pre-production": "applied",
        "fraud-production": "applied",
    }
    assert resumed_code == 0, resumed_output
    assert _results(resumed_output) == dict.fromkeys(_results(output), "unchanged") | {"fraud-development": "applied"}


def test_a_plan_that_breaks_a_control_is_reported_and_not_applied(copy):
    module = copy / "terraform" / "modules" / "audit_trail" / "main.tf"  # a module that the hub does not have
    text, validated = module.read_text(encoding="utf-8"), "enable_log_file_validation    = true"
    assert validated in text
    module.write_text(text.replace(validated, validated.replace("true", "false")), encoding="utf-8")
    plan_code, plan_output = _vend(copy, "team", "fraud-development", "--plan")
    first_code, output = _vend(copy, "team", "fraud-development")
    second_code, _ = _vend(copy, "team", "fraud-development")
    module.write_text(text, encoding="utf-8")

    sentence = (
        "aws_cloudtrail.this: enable_log_file_validation is false; set it to true (cloudtrail-is-complete, control 68)"
    )
    assert (plan_code, first_code, second_code) == (2, 2, 2), plan_output + output
    assert sentence in plan_output
    assert sentence in output
    assert "fraud-development: nothing was applied" in output
    [trail] = _client(copy, "cloudtrail", "fraud-development").describe_trails()["trailList"]
    assert trail["LogFileValidationEnabled"]
    assert _vend(copy, "plan", "spoke", "--account", "fraud-development", "--expect-empty")[0] == 0


@pytest.mark.parametrize("root", ["organization", "log_archive", "hub", "vending"])
def test_the_plan_checks_pass_for_every_applied_root(copy, root):
    if root == "vending":
        assert _vend(copy, "apply", root)[0] == 0
    code, output = _vend(copy, "plan", root)
    assert code == 0, output
    assert "plan checks hold" in output
    assert "cannot be decided" not in output


def test_a_change_by_hand_is_reported_and_repaired(copy):
    ssm = _client(copy, "ssm", "fraud-production")
    ssm.put_parameter(Name="/mlops/spoke/team", Value="somebody-else", Type="String", Overwrite=True)

    assert _vend(copy, "drift", "fraud-development")[0] == 0
    code, output = _vend(copy, "drift", "fraud-production", "--json")
    assert (code, _results(output)) == (2, {"fraud-production": "drifted"})
    code, output = _vend(copy, "team", "fraud-production", "--refresh")
    assert code == 0, output
    assert ssm.get_parameter(Name="/mlops/spoke/team")["Parameter"]["Value"] == "fraud"


def test_the_pipeline_vends_new_and_changed_accounts_after_a_merge(copy):
    build_image(lambda service: _client(copy, service, "mlops-hub"))
    for root in ("hub", "vending"):
        code, output = _vend(copy, "apply", root)
        assert code == 0, output
    text = (copy / FRAUD).read_text(encoding="utf-8")
    custom = "customizations: {accounts: {fraud-development: {budget_alert_percent: 95}}}\n"
    (copy / FRAUD).write_text(text + custom, encoding="utf-8")
    step_functions = _client(copy, "stepfunctions")
    [machine] = [machine["stateMachineArn"] for machine in step_functions.list_state_machines()["stateMachines"]]

    code, output = _vend(copy, "list", "--to", "mlops-vending-123456789012-eu-west-2")

    listed = [json.loads(line)["account"] for line in output.splitlines()]
    assert (code, listed) == (0, [*(f"credit-risk-{environment}" for environment in ENVIRONMENTS), "fraud-development"])
    _until(lambda: set(_statuses(step_functions, machine)) - {"RUNNING"}, "the end of the run")
    assert _statuses(step_functions, machine) == ["SUCCEEDED"], _build_logs(copy)
    assert _vend(copy, "list") == (0, "")
    budgets = _client(copy, "budgets", "fraud-development")
    owner = next(account["Id"] for account in _accounts(copy) if account["Name"] == "fraud-development")
    response = budgets.describe_notifications_for_budget(AccountId=owner, BudgetName="fraud-development")
    assert {notification["Threshold"] for notification in response["Notifications"]} >= {95.0}


def _statuses(step_functions, machine):
    return [item["status"] for item in step_functions.list_executions(stateMachineArn=machine)["executions"]]


def _build_logs(copy):
    logs = _client(copy, "logs")
    group = "/aws/codebuild/mlops-vending"
    return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]][-30:]


def test_deleting_a_team_file_destroys_nothing(copy):
    text = (copy / FRAUD).read_text(encoding="utf-8")
    (copy / FRAUD).unlink()
    code, output = _vend(copy, "team", "credit-risk-development", "--plan")
    (copy / FRAUD).write_text(text, encoding="utf-8")

    assert code == 0, output
    assert "terraform/accounts/fraud.yaml is gone but its accounts are not; nothing is destroyed" in output
    assert "0 to destroy" in output or "unchanged" in output


def test_a_team_is_decommissioned_only_when_nothing_of_it_is_in_use(copy):
    s3 = _client(copy, "s3", "fraud-development")
    s3.create_bucket(Bucket="fraud-results", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket="fraud-results", Key="model", Body=b"weights")
    code, output = _vend(copy, "decommission", "fraud")
    assert code == 1
    assert "fraud-development: bucket fraud-results holds data; move it, then empty the bucket" in output

    s3.delete_object(Bucket="fraud-results", Key="model")
    code, output = _vend(copy, "decommission", "fraud")

    assert code == 0, output
    assert not [account for account in _active(copy) if account.startswith("fraud-")]
    assert not (copy / FRAUD).exists()
    assert "fraud" not in (copy / "terraform" / "ip_allocations.yaml").read_text(encoding="utf-8")
    assert _vend(copy, "plan", "organization", "--expect-empty")[0] == 0
