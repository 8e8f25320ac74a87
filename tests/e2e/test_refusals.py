"""Refusals by AWS and a missing AWS: exit code, one message, no traceback, nothing written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.e2e.counting_proxy import counting_proxy

ANY = "arn:aws:iam::200528645418:role/OrganizationAccountAccessRole"


def _keys(estate, arn=ANY, **more):
    credentials = estate.aws("sts").assume_role(RoleArn=arn, RoleSessionName="engineer", **more)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
        "AWS_REGION": "eu-west-2",
    }


def _use_real_target(platform, hub="200528645418"):
    """Let TARGET=aws name the accounts of the embedded AWS."""
    platform.edit("terraform/platform.yaml", '"222222222222"', f'"{hub}"')


def _one_message(completed, code, *parts):
    assert completed.returncode == code, completed.stdout + completed.stderr
    messages = [line for line in completed.stderr.splitlines() if not line.startswith("checking ")]
    assert len(messages) == 1, completed.stderr
    for part in parts:
        assert part in messages[0]


def test_credentials_of_the_hub_publish_to_the_real_target(platform, estate):
    platform.add_products("real-book")
    _use_real_target(platform)

    completed = platform.catalog("publish", "real-book", TARGET="aws", **_keys(estate))

    assert completed.returncode == 0, completed.stderr
    assert "real-book" in estate.names()


def test_another_account_is_refused(platform, estate):
    platform.add_products("strange-book")
    _use_real_target(platform, hub="222222222222")

    completed = platform.catalog("publish", "strange-book", TARGET="aws", **_keys(estate))

    _one_message(
        completed, 1, "credentials: they are of account 200528645418, not of 222222222222; sign in to 222222222222"
    )
    assert "strange-book" not in estate.names()


def test_unknown_credentials_are_one_message(platform, estate):
    platform.add_products("unknown-book")
    _use_real_target(platform)
    keys = {**_keys(estate), "AWS_ACCESS_KEY_ID": "ASIAAAAAAAAAAAAAAAAA"}

    completed = platform.catalog("publish", "unknown-book", TARGET="aws", **keys)

    _one_message(completed, 3, "the credentials have expired or are unknown (InvalidClientTokenId); sign in again")
    assert "unknown-book" not in estate.names()


def test_no_credentials_are_one_message(platform):
    platform.add_products("nobodys-book")
    no_files = {"AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_CONFIG_FILE": os.devnull}

    completed = platform.catalog("publish", "nobodys-book", TARGET="aws", AWS_EC2_METADATA_DISABLED="true", **no_files)

    _one_message(completed, 3, "sign in to AWS, then run the command again")


def test_a_role_that_may_not_publish_is_one_message_and_says_how_far_it_came(platform, estate):
    """The role may read and write, but may not assume the release role, the only one that publishes."""
    platform.add_products("denied-book")
    _use_real_target(platform)
    iam = estate.aws("iam", "200528645418")
    allowed = ["servicecatalog:*", "s3:*"]
    statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
    reader = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="reader", PolicyName="may", PolicyDocument=_document(statement))

    completed = platform.catalog("publish", "denied-book", TARGET="aws", **_keys(estate, reader))

    assert completed.returncode == 3
    assert "AssumeRole was denied" in completed.stderr
    assert ":role/mlops-release" in completed.stderr
    assert "publish: stopped after 0 of 4 actions" in completed.stderr
    assert "Traceback" not in completed.stderr


def _document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize("command", ["plan", "publish", "verify", "inventory"])
def test_an_embedded_aws_that_does_not_run_is_one_message(platform, command):
    platform.add_products("lonely-book")

    completed = platform.catalog(command, AWS_ENDPOINT_URL="")

    _one_message(completed, 1, "embedded AWS: it is not running; start it with `make local`")


def test_an_embedded_aws_that_died_is_one_message(platform):
    platform.add_products("orphan-book")
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    platform.write(".local/aws.json", json.dumps({"endpoint": "http://127.0.0.1:9", "pid": process.pid, "started": ""}))

    completed = platform.catalog("publish", AWS_ENDPOINT_URL="")

    _one_message(completed, 1, f"embedded AWS: process {process.pid} has died", "run `make local-down local`")


def test_an_endpoint_that_does_not_answer_is_one_message(platform):
    platform.add_products("silent-book")

    completed = platform.catalog("publish", AWS_ENDPOINT_URL="http://127.0.0.1:9")

    _one_message(completed, 3, "no answer", "`make local`")


def test_the_local_target_stays_on_loopback(platform):
    completed = platform.catalog("inventory", AWS_ENDPOINT_URL="https://example.com")

    _one_message(completed, 1, "AWS_ENDPOINT_URL=https://example.com: the embedded AWS is on loopback only")


def test_an_unknown_target_is_one_message(platform):
    _one_message(platform.catalog("inventory", TARGET="azure"), 1, "TARGET=azure: there is no such target")


def test_a_portfolio_that_the_hub_lacks_is_named_with_file_and_line(platform, estate):
    folder = platform.add_products("homeless-book")
    facts = platform.path("terraform/platform.yaml").read_text()
    platform.write("terraform/platform.yaml", facts.replace("    data-science:\n", "    risk-models:\n"))
    platform.edit("terraform/accounts/credit-risk.yaml", "[data-science]", "[risk-models]")
    platform.edit(f"{folder}/product.yaml", "portfolio: data-science", "portfolio: risk-models")

    completed = platform.catalog("publish")

    location = f"{folder}/product.yaml:4: portfolio 'risk-models' does not exist in the hub (eu-west-2)"
    _one_message(completed, 1, location, "make apply ROOT=hub")
    assert "homeless-book" not in estate.names()


def test_a_published_version_with_other_content_is_refused_and_nothing_is_written(platform, estate):
    folder = platform.add_products("frozen-book")
    platform.catalog("publish")
    shutil.rmtree(platform.path(f"{folder}/versions"))
    platform.edit(f"{folder}/template.py", '"MaxValue": 99', '"MaxValue": 98')
    platform.add_products("other-book")

    with counting_proxy(estate.server.endpoint) as proxy:
        proxy.arm(0, 0)
        completed = platform.catalog("publish", AWS_ENDPOINT_URL=proxy.endpoint)

    _one_message(completed, 1, "frozen-book 1.0.0 is already published with other content; raise the version")
    assert not [call for call in proxy.calls if call.startswith(("Create", "Update", "Associate", "PUT"))]


def test_findings_keep_everything_from_being_published(platform, estate):
    folder = platform.add_products("untagged-book")
    platform.edit(f"{folder}/template.py", ", Tags=TAGS", "")
    platform.render("untagged-book")

    completed = platform.catalog("publish")

    assert completed.returncode == 2
    assert "tags are missing" in completed.stdout
    assert "untagged-book" not in estate.names()
