"""docs/add-a-product.md, done as it is written: files, commands, and what the commands say."""

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
from tests.unit.catalog.conftest import REPOSITORY

GUIDE = REPOSITORY / "docs" / "add-a-product.md"
_BLOCK = re.compile(r"^```(?P<head>.*)\n(?P<body>(?:.*\n)*?)^```$", re.MULTILINE)
_PLACE = re.compile(r"\w+ (?P<file>products/\S+)(?: (?P<how>after|before|instead of) `(?P<where>.+)`)?")


@dataclass(frozen=True)
class Block:
    """Head: sh, text, or a language and the file that the block is; body: the text."""

    head: str
    body: str


def blocks() -> Iterator[Block]:
    return (Block(it["head"], it["body"]) for it in _BLOCK.finditer(GUIDE.read_text(encoding="utf-8")))


def written(platform: Any, file: str, how: str | None, where: str | None, body: str) -> None:
    """A whole file, or lines beside or instead of the one line that begins so."""
    if how is None:
        return platform.write(file, body)
    lines = platform.path(file).read_text(encoding="utf-8").splitlines(keepends=True)
    [at] = [number for number, line in enumerate(lines) if line.startswith(where)]
    first, last = {"after": (at + 1, at + 1), "before": (at, at), "instead of": (at, at + 1)}[how]
    return platform.write(file, "".join([*lines[:first], body, *lines[last:]]))


def plain(said: str) -> list[str]:
    """Lines without what another day has otherwise: digests, account ids, the width of a table."""
    return [re.sub(r"\b[0-9a-f]{12}\b", "...", line.rstrip()) for line in said.splitlines()]


class Ground:
    """What Terraform lays down for the product: contracts and the launch role with the policy that was derived."""

    def __init__(self, platform: Any, world: Any) -> None:
        self.platform, self.world = platform, world
        kms, s3 = world.aws("kms", world.spoke), world.aws("s3", world.spoke)
        key = kms.create_key()["KeyMetadata"]["Arn"]
        s3.create_bucket(Bucket="guide-access-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        log = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
        s3.put_bucket_policy(Bucket="guide-access-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {**log, "Resource": "arn:aws:s3:::guide-access-logs/*"}]}))  # fmt: skip
        self.values = {"data_key_arn": key, "logs_key_arn": key, "access_log_bucket": "guide-access-logs"}
        ssm = world.aws("ssm", world.spoke)
        for name, contract in contracts.read(REPOSITORY)["spoke"].items():
            value = self.values.get(name, name.replace("_", "-"))
            ssm.put_parameter(Name=contract.path, Type="String", Value=value, Overwrite=True)

    def vend(self) -> None:
        """`make vend`: modules/launch_roles gives the role of each product its launch_policy.json."""
        text = self.platform.path("products/data_drop/launch_policy.json").read_text(encoding="utf-8")
        values = {"account_id": self.world.spoke, "region": REGION, "partition": "aws", "name_prefix": "mlops"}
        launch_role(self.world.aws("iam", HUB_ACCOUNT), "launch-data-drop")
        iam = self.world.aws("iam", self.world.spoke)
        launch_role(iam, "launch-data-drop")
        allowed = Template(text).substitute(values | self.values)
        iam.put_role_policy(RoleName="launch-data-drop", PolicyName="launch", PolicyDocument=allowed)


@pytest.fixture(scope="module")
def page() -> tuple[Block, ...]:
    return tuple(blocks())


@pytest.mark.slow  # half a minute; test_new_product.py begins a product in `make test`
def test_the_guide_leads_from_nothing_to_a_retired_version(platform, world, page):
    ground, said = Ground(platform, world), ""
    for block in page:
        if place := _PLACE.fullmatch(block.head):
            written(platform, *place.groups(), block.body)
        elif block.head == "sh":
            said = "".join(_done(platform, ground, line) for line in block.body.splitlines())
        elif block.head == "text":
            assert plain(said) == plain(block.body)
        else:
            assert block.head == "sh by-hand", f"nobody does this block: {block.head}"
    kept = [it["Name"] for it in world.aws("s3", world.spoke).list_buckets()["Buckets"]]
    assert [it for it in kept if it.startswith(f"mlops-drop-{world.spoke}-")], "files outlive the product"
    lead = world.aws("servicecatalog", world.spoke, "technical-lead")
    rows = lead.search_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"})
    assert "ledger" not in {it["Name"] for it in rows["ProvisionedProducts"]}


def _done(platform: Any, ground: Ground, line: str) -> str:
    """What a command of the page says."""
    match shlex.split(line):
        case ["catalog", *words]:
            done = platform.catalog(*words)
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
            return str(done.stdout)
        case ["make", "vend", "TEAM=all"]:
            ground.vend()
            return ""
    raise AssertionError(f"nobody does this: {line}")
