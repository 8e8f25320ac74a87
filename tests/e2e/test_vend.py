"""Vending that is cut short, in a copy of the repository with real Terraform: the next run finishes what was begun."""

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
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    _let_builds_in(folder / "terraform" / "platform.yaml")
    started = _start(folder, "scripts.localaws", "start").communicate(timeout=PATIENCE)
    assert (folder / ".local" / "aws.json").exists(), started
    yield folder
    _start(folder, "scripts.localaws", "stop").communicate(timeout=PATIENCE)


def _let_builds_in(platform):
    """Builds work with TARGET=aws; here the accounts of both targets are those of the embedded AWS."""
    text = platform.read_text(encoding="utf-8")
    local = re.search(r"  local: (\{.*\})", text).group(1)
    platform.write_text(re.sub(r"  aws: \{.*\}", f"  aws: {local}", text), encoding="utf-8")


def _start(folder, *module):
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-P", "-m", *module]
    return subprocess.Popen(command, cwd=folder, env=own | {"PYTHONPATH": str(folder)}, **pipes)


def _vend(folder, *words):
    process = _start(folder, "scripts.vend", *words)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out + err


def _results(said):
    """Account -> what became of it; the accounts of the organisation's own are left out."""
    rows = json.loads(said[said.index("[\n") : said.rindex("]") + 1])
    return {row["part"]: row["result"] for row in rows if row["part"].startswith("fraud-")}


def _client(folder, service, account=""):
    endpoint = json.loads((folder / ".local" / "aws.json").read_text(encoding="utf-8"))["endpoint"]
    where = {"endpoint_url": endpoint, "region_name": "eu-west-2"}
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    if account:
        known = {it["Name"]: it["Id"] for it in _accounts(folder)}
        role = f"arn:aws:iam::{known[account]}:role/OrganizationAccountAccessRole"
        given = boto3.client("sts", **where, **keys).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        keys = dict(zip((*keys, "aws_session_token"), (given[name] for name in names), strict=True))
    return boto3.client(service, **where, **keys)


def _organizations(folder):
    return _client(folder, "organizations")


def _accounts(folder):
    pages = _organizations(folder).get_paginator("list_accounts").paginate()
    return [it for page in pages for it in page["Accounts"] if it["Name"] != "master"]


def _names(folder):
    return sorted(it["Name"] for it in _accounts(folder))


def _active(folder):
    return [it["Name"] for it in _accounts(folder) if it["Status"] == "ACTIVE"]


def _until(found, what):
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.2)


def test_a_run_that_is_killed_while_accounts_are_made_is_finished_by_the_next(copy):
    log = copy / ".local" / "vend" / "organization" / "log"
    killed = _start(copy, "scripts.vend", "apply", "organization")
    _until(lambda: log.exists() and "Creating..." in log.read_text(encoding="utf-8"), "the first resource")
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    code, said = _vend(copy, "apply", "organization")

    assert code == 0, said
    names = _names(copy)
    assert len(names) == len(set(names))
    assert {"mlops-hub", "credit-risk-development", "credit-risk-production"} <= set(names)
    assert _vend(copy, "plan", "organization", "--expect-empty")[0] == 0


def test_an_account_that_was_made_but_never_written_down_is_adopted(copy):
    text = (copy / "terraform" / "accounts" / "credit-risk.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.replace("credit-risk", "fraud").splitlines() if "cidr_block" not in line]
    (copy / FRAUD).write_text("\n".join(lines) + "\n", encoding="utf-8")
    name = "fraud-development"
    made = _organizations(copy).create_account(AccountName=name, Email=f"{name}@bank.example")["CreateAccountStatus"]

    code, said = _vend(copy, "apply", "organization")

    assert code == 0, said
    assert [it for it in _names(copy) if it.startswith("fraud-")] == [name, "fraud-pre-production", "fraud-production"]
    parent = _organizations(copy).list_parents(ChildId=made["AccountId"])["Parents"][0]["Id"]
    assert parent.startswith("ou-"), "it lies in its unit, not in the root any more"


def test_bad_input_is_told_before_terraform_is_started(copy):
    logs = {path: path.stat().st_size for path in (copy / ".local" / "vend").rglob("log")}
    before = (copy / FRAUD).read_text(encoding="utf-8")
    (copy / FRAUD).write_text(before.replace("[fraud-leads]", "[frauds]"), encoding="utf-8")
    code, said = _vend(copy, "team", "all")
    (copy / FRAUD).write_text(before, encoding="utf-8")

    assert code == 1
    assert "unknown group 'frauds'" in said
    assert {path: path.stat().st_size for path in (copy / ".local" / "vend").rglob("log")} == logs


def test_an_account_that_fails_holds_up_no_other_and_is_taken_up_again(copy):
    iam = _client(copy, "iam", "fraud-development")
    iam.create_role(RoleName="mlops-flow-logs-eu-west-2", AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    code, said = _vend(copy, "team", "fraud", "--json")
    iam.delete_role(RoleName="mlops-flow-logs-eu-west-2")
    again, resumed = _vend(copy, "team", "fraud", "--json")

    assert code == 3
    assert "EntityAlreadyExists" in said
    assert _results(said) == {
        "fraud-development": "failed",
        "fraud-pre-production": "applied",
        "fraud-production": "applied",
    }
    assert again == 0, resumed
    assert _results(resumed) == dict.fromkeys(_results(said), "unchanged") | {"fraud-development": "applied"}


def test_a_plan_that_breaks_a_control_is_told_and_refused(copy):
    keys = copy / "terraform" / "modules" / "keys" / "main.tf"
    text = keys.read_text(encoding="utf-8")
    keys.write_text(text.replace("enable_key_rotation     = true", "enable_key_rotation     = false"), encoding="utf-8")
    code, planned = _vend(copy, "team", "fraud-development", "--plan")
    refused, told = _vend(copy, "team", "fraud-development")
    again, _ = _vend(copy, "team", "fraud-development")
    keys.write_text(text, encoding="utf-8")

    sentence = (
        'aws_kms_key.this["data"]: enable_key_rotation is false; set it to true (kms-key-rotation-enabled, control 54)'
    )
    assert (code, refused, again) == (2, 2, 2), planned + told
    assert sentence in planned
    assert sentence in told
    assert "fraud-development: nothing was applied" in told
    kms = _client(copy, "kms", "fraud-development")
    held = [it["KeyId"] for it in kms.list_keys()["Keys"]]
    assert all(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] for key in held)
    assert _vend(copy, "plan", "spoke", "--account", "fraud-development", "--expect-empty")[0] == 0


@pytest.mark.parametrize("root", ["organization", "log_archive", "hub", "vending"])
def test_the_plan_checks_hold_of_what_was_laid_down(copy, root):
    if root == "vending":
        assert _vend(copy, "apply", root)[0] == 0
    code, said = _vend(copy, "plan", root)
    assert code == 0, said
    assert "plan checks hold" in said
    assert "cannot be decided" not in said


def test_what_was_changed_by_hand_is_reported_and_put_right(copy):
    ssm = _client(copy, "ssm", "fraud-production")
    ssm.put_parameter(Name="/mlops/spoke/team", Value="somebody-else", Type="String", Overwrite=True)

    assert _vend(copy, "drift", "fraud-development")[0] == 0
    code, said = _vend(copy, "drift", "fraud-production", "--json")
    assert (code, _results(said)) == (2, {"fraud-production": "drifted"})
    assert _vend(copy, "team", "fraud-production", "--refresh")[0] == 0
    assert ssm.get_parameter(Name="/mlops/spoke/team")["Parameter"]["Value"] == "fraud"


def test_a_merge_hands_new_and_changed_accounts_to_the_pipeline_which_vends_them(copy):
    code, said = _vend(copy, "apply", "vending")
    assert code == 0, said
    text = (copy / FRAUD).read_text(encoding="utf-8")
    custom = "customizations: {accounts: {fraud-development: {budget_alert_percent: 95}}}\n"
    (copy / FRAUD).write_text(text + custom, encoding="utf-8")
    machines = _client(copy, "stepfunctions")
    [machine] = [it["stateMachineArn"] for it in machines.list_state_machines()["stateMachines"]]

    code, said = _vend(copy, "list", "--to", "mlops-vending-123456789012-eu-west-2")

    listed = [json.loads(line)["account"] for line in said.splitlines()]
    assert (code, listed) == (0, [*(f"credit-risk-{it}" for it in ENVIRONMENTS), "fraud-development"])
    executions = lambda: machines.list_executions(stateMachineArn=machine)["executions"]  # noqa: E731
    _until(lambda: [it["status"] for it in executions() if it["status"] != "RUNNING"], "the end of the run")
    assert [it["status"] for it in executions()] == ["SUCCEEDED"], _build_logs(copy)
    assert _vend(copy, "list") == (0, "")
    budgets = _client(copy, "budgets", "fraud-development")
    owner = next(it["Id"] for it in _accounts(copy) if it["Name"] == "fraud-development")
    told = budgets.describe_notifications_for_budget(AccountId=owner, BudgetName="fraud-development")
    assert {it["Threshold"] for it in told["Notifications"]} >= {95.0}


def _build_logs(copy):
    logs = _client(copy, "logs")
    group = "/aws/codebuild/mlops-vending"
    return [it["message"] for it in logs.filter_log_events(logGroupName=group)["events"]][-30:]


def test_a_team_whose_file_is_gone_loses_nothing(copy):
    text = (copy / FRAUD).read_text(encoding="utf-8")
    (copy / FRAUD).unlink()
    code, said = _vend(copy, "team", "credit-risk-development", "--plan")
    (copy / FRAUD).write_text(text, encoding="utf-8")

    assert code == 0, said
    assert "terraform/accounts/fraud.yaml is gone but its accounts are not; nothing is destroyed" in said
    assert "0 to destroy" in said or "unchanged" in said


def test_a_team_is_ended_only_when_nothing_of_it_is_in_use(copy):
    s3 = _client(copy, "s3", "fraud-development")
    s3.create_bucket(Bucket="fraud-results", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket="fraud-results", Key="model", Body=b"weights")
    code, said = _vend(copy, "decommission", "fraud")
    assert code == 1
    assert "fraud-development: bucket fraud-results holds data; move it, then empty the bucket" in said

    s3.delete_object(Bucket="fraud-results", Key="model")
    ended, told = _vend(copy, "decommission", "fraud")

    assert ended == 0, told
    assert not [it for it in _active(copy) if it.startswith("fraud-")]
    assert not (copy / FRAUD).exists()
    assert "fraud" not in (copy / "terraform" / "ip_allocations.yaml").read_text(encoding="utf-8")
    assert _vend(copy, "plan", "organization", "--expect-empty")[0] == 0
