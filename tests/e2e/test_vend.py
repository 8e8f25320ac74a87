"""Vending that is cut short, in a copy of the repository with real Terraform: the next run finishes what was begun."""

import json
import os
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
PATIENCE = 180  # seconds
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("vend")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with an embedded AWS of its own."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("generators", "scripts", "products", "terraform"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    started = _start(folder, "scripts.localaws", "start").communicate(timeout=PATIENCE)
    assert (folder / ".local" / "aws.json").exists(), started
    yield folder
    _start(folder, "scripts.localaws", "stop").communicate(timeout=PATIENCE)


def _start(folder, *module):
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-P", "-m", *module]
    return subprocess.Popen(command, cwd=folder, env=own | {"PYTHONPATH": str(folder)}, **pipes)


def _vend(folder, *words):
    process = _start(folder, "scripts.vend", *words)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out + err


def _organizations(folder):
    endpoint = json.loads((folder / ".local" / "aws.json").read_text(encoding="utf-8"))["endpoint"]
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("organizations", endpoint_url=endpoint, region_name="eu-west-2", **keys)


def _names(folder):
    pages = _organizations(folder).get_paginator("list_accounts").paginate()
    return sorted(it["Name"] for page in pages for it in page["Accounts"] if it["Name"] != "master")


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
    lines = [line for line in text.replace("credit-risk", "fraud").splitlines() if "address_block" not in line]
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
