"""Each product's whole life under its launch role on the embedded AWS, and what becomes of it without one action.

Products are launched in the order of their contracts, with the parameters that taskcat gives them: a new product needs
no line here. Without an action the role must not get through, and what is left says which action was missing.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from generators.launch_policy import FILE, derive
from generators.release import load, versions_folder
from scripts.taskcat.dependencies import with_prerequisites
from tests.localaws.conftest import started
from tests.products.account import Account
from tests.products.stack import Stack

pytestmark = pytest.mark.slow  # every statement of every policy is tried; test_lives.py launches all in `make test`
ROOT = Path(__file__).resolve().parents[2]
NAMES = with_prerequisites(ROOT, "all")
SMALL = 20  # a policy of so many actions is tried action by action, a larger one statement by statement


@dataclass
class Life:
    """What happened to a product: version -> status, (sid, action) -> what was said, the status at the end."""

    steps: dict[str, str] = field(default_factory=dict)
    without: dict[tuple[str, str], str] = field(default_factory=dict)
    end: str = ""


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Life]]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        account = Account(server.endpoint)
        keys = {name: account.launch_role(name) for name in NAMES}
        found, running = {name: Life() for name in NAMES}, {}
        for name in NAMES:
            account.create_prerequisites(name)
            for sid, action in tried(name):
                found[name].without[sid, action] = without(account, name, keys[name], sid, action)
            running[name] = live(account, name, keys[name], found[name])
        for name in reversed(NAMES):
            found[name].end = running[name].delete()
        yield found


def live(account: Account, name: str, key: str, life: Life) -> Stack:
    """Created as its first version, then moved to each later one."""
    first, *later = versions(name)
    stack, case = Stack(account, name, f"{name}-life", key), cases(name)[0]
    life.steps[first] = stack.create(first, **given(name, first, case))
    for version in later:
        life.steps[version] = stack.update(version, **given(name, version, case))
    return stack


def without(account: Account, name: str, key: str, sid: str, action: str) -> str:
    """What is said when a statement lacks an action, in the first of taskcat's cases that comes to need it."""
    said = (less(account, name, key, case, sid, action) for case in cases(name))
    return next((item for item in said if refused(action) in item), "")


def refused(action: str) -> str:
    return f"not authorized to perform: {action} "


def less(account: Account, name: str, key: str, case: str, sid: str, action: str) -> str:
    """What is said in this case when a statement lacks an action, in the first step that needs it."""
    whole, newest = policy(name), versions(name)[-1]
    parameters = given(name, newest, case)
    cut = copy.deepcopy(whole)
    statement = next(item for item in cut["Statement"] if item["Sid"] == sid)
    statement["Action"] = [item for item in statement["Action"] if item != action] or ["sts:GetCallerIdentity"]
    stack, at_the_end = Stack(account, name, f"{name}-less", key), "create" not in needed_in(name, action)
    try:
        if at_the_end:
            stack.create(newest, **parameters)
        account.allow(name, json.dumps(cut))
        stack.delete() if at_the_end else stack.create(newest, **parameters)
        return stack.reasons()
    except ClientError as denied:
        return str(denied)
    finally:
        account.allow(name, json.dumps(whole))
        stack.clear()


def tried(name: str) -> Iterator[tuple[str, str]]:
    """Every action of a small policy that a launch or a termination needs, one of each statement of a large one.

    One that another statement allows too, of something else or at another time, is the last choice.
    """
    statements = policy(name)["Statement"]
    small = sum(len(item["Action"]) for item in statements) <= SMALL
    twice = Counter(action for statement in statements for action in statement["Action"])
    for statement in statements:
        steps = {action: needed_in(name, action) for action in statement["Action"]}
        able = sorted(
            steps, key=lambda step: (twice[step] > 1, "create" not in steps[step], "delete" in steps[step], step)
        )
        able = [action for action in able if steps[action] & {"create", "delete"}]
        yield from ((statement["Sid"], action) for action in (able if small else able[:1]))


def needed_in(name: str, action: str) -> set[str]:
    """The steps of a stack's life in which CloudFormation itself asks for the action."""
    only = {"cloudformation:DeleteStack": "delete", "cloudformation:UpdateStack": "update"}
    unasked = {f"cloudformation:{item}" for item in ("SetStackPolicy", "DescribeStackEvents", "DescribeStacks")}
    if action in only or action in unasked:
        return {only[action]} if action in only else set()
    steps = [step for needed, step in needs(name) if needed == action]
    return {"create" if step == "read" else step for step in steps}


@cache
def needs(name: str) -> tuple[tuple[str, str], ...]:
    """Action and handler; what the stack itself needs is needed when it is made."""
    found = derive.required_permissions(ROOT, load.product(ROOT, name))
    return tuple((item.action, item.reason.rpartition(": ")[2] if "): " in item.reason else "create") for item in found)


def policy(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((load.product(ROOT, name).folder / FILE).read_text(encoding="utf-8"))
    return found


def versions(name: str) -> list[str]:
    return [str(version) for version in versions_folder.versions(load.product(ROOT, name))]


def cases(name: str) -> tuple[str, ...]:
    return tuple(config(name))


def given(name: str, version: str, case: str) -> dict[str, str]:
    """taskcat's parameters, as far as the version asks for them."""
    asked = json.loads((load.product(ROOT, name).folder / f"versions/{version}.json").read_text())["Parameters"]
    return {key: str(value) for key, value in config(name)[case].get("parameters", {}).items() if key in asked}


def config(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((load.product(ROOT, name).folder / ".taskcat.yml").read_text())["tests"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_version_can_be_reached_under_the_launch_role(lives: dict[str, Life], name: str) -> None:
    first, *later = versions(name)
    assert lives[name].steps == {first: "CREATE_COMPLETE", **dict.fromkeys(later, "UPDATE_COMPLETE")}


@pytest.mark.parametrize("name", NAMES)
def test_the_launch_role_can_end_what_it_made(lives: dict[str, Life], name: str) -> None:
    assert lives[name].end == "DELETE_COMPLETE"


@pytest.mark.parametrize("name", NAMES)
def test_an_action_that_is_missing_is_named(lives: dict[str, Life], name: str) -> None:
    assert {sid for sid, _ in lives[name].without} == {item["Sid"] for item in policy(name)["Statement"]}
    assert [item for item, said in lives[name].without.items() if refused(item[1]) not in said] == []
