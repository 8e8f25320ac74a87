"""Follows docs/add-a-product.md block by block: writes its files, runs its commands, compares their output."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template
from typing import Any

import pytest

from generators.config import contracts
from tests.e2e.conftest import HUB_ACCOUNT
from tests.localaws.conftest import REGION
from tests.localaws.servicecatalog.catalogue import launch_role
from tests.unit.conftest import REPOSITORY

GUIDE = REPOSITORY / "docs" / "add-a-product.md"
_BLOCK = re.compile(r"^```(?P<head>.*)\n(?P<body>(?:.*\n)*?)^```$", re.MULTILINE)
_TARGET = re.compile(r"\w+ (?P<file>products/\S+)(?: (?P<position>after|before|instead of) `(?P<line>.+)`)?")


@dataclass(frozen=True)
class Block:
    """A code block: its head is sh, text, or a language and the file to write; its body is the text."""

    head: str
    body: str


def blocks() -> Iterator[Block]:
    return (Block(match["head"], match["body"]) for match in _BLOCK.finditer(GUIDE.read_text(encoding="utf-8")))


def write(platform: Any, file: str, position: str | None, line: str | None, body: str) -> None:
    """Write a whole file, or lines after, before or instead of the only line that begins with `line`."""
    if position is None:
        return platform.write(file, body)
    lines = platform.path(file).read_text(encoding="utf-8").splitlines(keepends=True)
    [index] = [number for number, text in enumerate(lines) if text.startswith(line)]
    first, last = {"after": (index + 1, index + 1), "before": (index, index), "instead of": (index, index + 1)}[
        position
    ]
    return platform.write(file, "".join([*lines[:first], body, *lines[last:]]))


def comparable(output: str) -> list[str]:
    """Lines without digests, account ids and trailing spaces, which differ between runs."""
    return [re.sub(r"\b[0-9a-f]{12}\b", "...", line.rstrip()) for line in output.splitlines()]


class Account:
    """The account of the guide, as Terraform vends it: contracts, and the launch role with the derived policy."""

    def __init__(self, platform: Any, estate: Any) -> None:
        self.platform, self.estate = platform, estate
        kms, s3 = estate.aws("kms", estate.spoke), estate.aws("s3", estate.spoke)
        key = kms.create_key()["KeyMetadata"]["Arn"]
        s3.create_bucket(Bucket="guide-access-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        log = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
        s3.put_bucket_policy(Bucket="guide-access-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {**log, "Resource": "arn:aws:s3:::guide-access-logs/*"}]}))  # fmt: skip
        self.values = {"data_key_arn": key, "logs_key_arn": key, "access_log_bucket": "guide-access-logs"}
        ssm = estate.aws("ssm", estate.spoke)
        for name, contract in contracts.read(REPOSITORY)["spoke"].items():
            value = self.values.get(name, name.replace("_", "-"))
            ssm.put_parameter(Name=contract.path, Type="String", Value=value, Overwrite=True)

    def vend(self) -> None:
        """Create the launch role from launch_policy.json, as modules/launch_roles does."""
        text = self.platform.path("products/data_drop/launch_policy.json").read_text(encoding="utf-8")
        values = {"account_id": self.estate.spoke, "region": REGION, "partition": "aws", "name_prefix": "mlops"}
        launch_role(self.estate.aws("iam", HUB_ACCOUNT), "launch-data-drop")
        iam = self.estate.aws("iam", self.estate.spoke)
        launch_role(iam, "launch-data-drop")
        policy = Template(text).substitute(values | self.values)
        iam.put_role_policy(RoleName="launch-data-drop", PolicyName="launch", PolicyDocument=policy)


@pytest.fixture(scope="module")
def page() -> tuple[Block, ...]:
    return tuple(blocks())


@pytest.mark.slow  # half a minute; test_new_product.py creates a product in `make test`
def test_the_guide_leads_from_nothing_to_a_retired_version(platform, estate, page):
    account, output = Account(platform, estate), ""
    for block in page:
        if target := _TARGET.fullmatch(block.head):
            write(platform, *target.groups(), block.body)
        elif block.head == "sh":
            output = "".join(_run(platform, account, line) for line in block.body.splitlines())
        elif block.head == "text":
            assert comparable(output) == comparable(block.body)
        else:
            assert block.head == "sh by-hand", f"this test does not run the block: {block.head}"
    buckets = [bucket["Name"] for bucket in estate.aws("s3", estate.spoke).list_buckets()["Buckets"]]
    assert [name for name in buckets if name.startswith(f"mlops-drop-{estate.spoke}-")], "files outlive the product"
    lead = estate.aws("servicecatalog", estate.spoke, "technical-lead")
    rows = lead.search_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"})
    assert "ledger" not in {row["Name"] for row in rows["ProvisionedProducts"]}


def _run(platform: Any, account: Account, line: str) -> str:
    """Run a command of the page; its output."""
    match shlex.split(line):
        case ["catalog", *arguments]:
            completed = platform.catalog(*arguments)
            assert completed.returncode == 0, f"{line}: {completed.stdout}{completed.stderr}"
            return str(completed.stdout)
        case ["make", "vend", "TEAM=all"]:
            account.vend()
            return ""
    raise AssertionError(f"this test does not run the command: {line}")
