"""What AWS or its absence stands in the way of: exit code, one message, no traceback, nothing written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.e2e.counting import door

ANY = "arn:aws:iam::200528645418:role/OrganizationAccountAccessRole"


def _keys(world, arn=ANY, **more):
    given = world.aws("sts").assume_role(RoleArn=arn, RoleSessionName="engineer", **more)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "AWS_REGION": "eu-west-2",
    }


def _real(platform, hub="200528645418"):
    """Platform facts that take the embedded accounts for real ones, so that TARGET=aws can be tried."""
    platform.edit("terraform/platform.yaml", '"222222222222"', f'"{hub}"')


def _held(world):
    pages = world.catalog.get_paginator("search_products_as_admin").paginate()
    return {it["ProductViewSummary"]["Name"] for page in pages for it in page["ProductViewDetails"]}


def _one_message(done, code, *parts):
    assert done.returncode == code, done.stdout + done.stderr
    told = [line for line in done.stderr.splitlines() if not line.startswith("checking ")]
    assert len(told) == 1, done.stderr
    for part in parts:
        assert part in told[0]


def test_credentials_of_the_hub_publish_to_the_real_target(platform, world):
    platform.publishes("real-book")
    _real(platform)

    done = platform.catalog("publish", "real-book", TARGET="aws", **_keys(world))

    assert done.returncode == 0, done.stderr
    assert "real-book" in _held(world)


def test_another_account_is_refused(platform, world):
    platform.publishes("strange-book")
    _real(platform, hub="222222222222")

    done = platform.catalog("publish", "strange-book", TARGET="aws", **_keys(world))

    _one_message(done, 1, "credentials: they are of account 200528645418, not of 222222222222; sign in to 222222222222")
    assert "strange-book" not in _held(world)


def test_unknown_credentials_are_one_message(platform, world):
    platform.publishes("unknown-book")
    _real(platform)
    keys = {**_keys(world), "AWS_ACCESS_KEY_ID": "ASIAAAAAAAAAAAAAAAAA"}

    done = platform.catalog("publish", "unknown-book", TARGET="aws", **keys)

    _one_message(done, 3, "the credentials have expired or are unknown (InvalidClientTokenId); sign in again")
    assert "unknown-book" not in _held(world)


def test_no_credentials_are_one_message(platform):
    platform.publishes("nobodys-book")
    nowhere = {"AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_CONFIG_FILE": os.devnull}

    done = platform.catalog("publish", "nobodys-book", TARGET="aws", AWS_EC2_METADATA_DISABLED="true", **nowhere)

    _one_message(done, 3, "sign in to AWS, then run the command again")


def test_a_role_that_may_not_publish_is_one_message_and_says_how_far_it_came(platform, world):
    """It may read everything and even write, but not take on the release role, which alone publishes."""
    platform.publishes("denied-book")
    _real(platform)
    iam = world.aws("iam", "200528645418")
    allowed = ["servicecatalog:*", "s3:*"]
    statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
    reader = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="reader", PolicyName="may", PolicyDocument=_document(statement))

    done = platform.catalog("publish", "denied-book", TARGET="aws", **_keys(world, reader))

    assert done.returncode == 3
    assert "AssumeRole was denied" in done.stderr
    assert ":role/mlops-release" in done.stderr
    assert "publish: stopped after 0 of 4 actions" in done.stderr
    assert "Traceback" not in done.stderr


def _document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize("command", ["plan", "publish", "verify", "inventory"])
def test_an_embedded_aws_that_does_not_run_is_one_message(platform, command):
    platform.publishes("lonely-book")

    done = platform.catalog(command, AWS_ENDPOINT_URL="")

    _one_message(done, 1, "embedded AWS: it is not running; start it with `make local`")


def test_an_embedded_aws_that_died_is_one_message(platform):
    platform.publishes("orphan-book")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    platform.write(".local/aws.json", json.dumps({"endpoint": "http://127.0.0.1:9", "pid": gone.pid, "started": ""}))

    done = platform.catalog("publish", AWS_ENDPOINT_URL="")

    _one_message(done, 1, f"embedded AWS: process {gone.pid} has died", "run `make local-down local`")


def test_an_endpoint_that_does_not_answer_is_one_message(platform):
    platform.publishes("silent-book")

    done = platform.catalog("publish", AWS_ENDPOINT_URL="http://127.0.0.1:9")

    _one_message(done, 3, "no answer", "`make local`")


def test_the_local_target_stays_on_loopback(platform):
    done = platform.catalog("inventory", AWS_ENDPOINT_URL="https://example.com")

    _one_message(done, 1, "AWS_ENDPOINT_URL=https://example.com: the embedded AWS is on loopback only")


def test_an_unknown_target_is_one_message(platform):
    _one_message(platform.catalog("inventory", TARGET="azure"), 1, "TARGET=azure: there is no such target")


def test_a_portfolio_that_the_hub_lacks_is_named_with_file_and_line(platform, world):
    folder = platform.publishes("homeless-book")
    facts = platform.path("terraform/platform.yaml").read_text()
    platform.write("terraform/platform.yaml", facts.replace("    data-science:\n", "    risk-models:\n"))
    platform.edit("terraform/accounts/credit-risk.yaml", "[data-science]", "[risk-models]")
    platform.edit(f"{folder}/product.yaml", "portfolio: data-science", "portfolio: risk-models")

    done = platform.catalog("publish")

    where = f"{folder}/product.yaml:4: portfolio 'risk-models' does not exist in the hub (eu-west-2)"
    _one_message(done, 1, where, "make apply ROOT=hub")
    assert "homeless-book" not in _held(world)


def test_a_published_version_with_other_content_is_refused_and_nothing_is_written(platform, world):
    folder = platform.publishes("frozen-book")
    platform.catalog("publish")
    shutil.rmtree(platform.path(f"{folder}/versions"))
    platform.edit(f"{folder}/template.py", '"MaxValue": 99', '"MaxValue": 98')
    platform.publishes("other-book")

    with door(world.server.endpoint) as counting:
        counting.arm(0, 0)
        done = platform.catalog("publish", AWS_ENDPOINT_URL=counting.endpoint)

    _one_message(done, 1, "frozen-book 1.0.0 is already published with other content; raise the version")
    assert not [call for call in counting.calls if call.startswith(("Create", "Update", "Associate", "PUT"))]


def test_findings_keep_everything_from_being_published(platform, world):
    folder = platform.publishes("untagged-book")
    platform.edit(f"{folder}/template.py", ", Tags=TAGS", "")
    platform.renders("untagged-book")

    done = platform.catalog("publish")

    assert done.returncode == 2
    assert "tags are missing" in done.stdout
    assert "untagged-book" not in _held(world)
