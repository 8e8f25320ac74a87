"""Launch policies on the embedded AWS: each product is provisioned with its policy, and without single actions.

Products are created in the order of their contracts, with taskcat's parameters, so a new product needs no line here.
Without a required action the operation must fail, and the error must name the action.
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
from tests.products.spoke_account import SpokeAccount
from tests.products.stack import Stack

pytestmark = pytest.mark.slow  # `make demo` provisions all products under the same roles
ROOT = Path(__file__).resolve().parents[2]
NAMES = with_prerequisites(ROOT, "all")
SMALL = 20  # a policy with at most so many actions is tested action by action, a larger one statement by statement


@dataclass
class LaunchResults:
    """Results of a product: version -> status, (sid, action) -> error without it, status after deletion."""

    statuses: dict[str, str] = field(default_factory=dict)
    errors: dict[tuple[str, str], str] = field(default_factory=dict)
    deletion: str = ""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, LaunchResults]]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        account = SpokeAccount(server.endpoint)
        keys = {name: account.launch_role(name) for name in NAMES}
        by_product, stacks = {name: LaunchResults() for name in NAMES}, {}
        for name in NAMES:
            account.create_prerequisites(name)
            for sid, action in actions_to_remove(name):
                by_product[name].errors[sid, action] = error_without(account, name, keys[name], sid, action)
            stacks[name] = provision(account, name, keys[name], by_product[name])
        for name in reversed(NAMES):
            by_product[name].deletion = stacks[name].delete()
        yield by_product


def provision(account: SpokeAccount, name: str, key: str, results: LaunchResults) -> Stack:
    """Create the first version and update the stack to each later one."""
    first, *later = versions(name)
    stack, case = Stack(account, name, f"{name}-life", key), cases(name)[0]
    results.statuses[first] = stack.create(first, **parameters(name, first, case))
    for version in later:
        results.statuses[version] = stack.update(version, **parameters(name, version, case))
    return stack


def error_without(account: SpokeAccount, name: str, key: str, sid: str, action: str) -> str:
    """The error without an action of a statement, in the first of taskcat's cases that needs it."""
    errors = (error_in_case(account, name, key, case, sid, action) for case in cases(name))
    return next((error for error in errors if denial(action) in error), "")


def denial(action: str) -> str:
    return f"not authorized to perform: {action} "


def error_in_case(account: SpokeAccount, name: str, key: str, case: str, sid: str, action: str) -> str:
    """The error in this case without an action of a statement, in the first operation that needs it."""
    document, newest = policy(name), versions(name)[-1]
    values = parameters(name, newest, case)
    reduced = copy.deepcopy(document)
    statement = next(statement for statement in reduced["Statement"] if statement["Sid"] == sid)
    statement["Action"] = [other for other in statement["Action"] if other != action] or ["sts:GetCallerIdentity"]
    stack, on_delete = Stack(account, name, f"{name}-less", key), "create" not in operations(name, action)
    try:
        if on_delete:
            stack.create(newest, **values)
        account.set_launch_policy(name, json.dumps(reduced))
        stack.delete() if on_delete else stack.create(newest, **values)
        return stack.reasons()
    except ClientError as error:
        return str(error)
    finally:
        account.set_launch_policy(name, json.dumps(document))
        stack.force_delete()


def actions_to_remove(name: str) -> Iterator[tuple[str, str]]:
    """Every action of a small policy that creation or deletion needs; one for each statement of a large policy.

    An action that another statement also allows, on other resources or for another operation, is the last choice.
    """
    statements = policy(name)["Statement"]
    small = sum(len(statement["Action"]) for statement in statements) <= SMALL
    count = Counter(action for statement in statements for action in statement["Action"])
    for statement in statements:
        needs = {action: operations(name, action) for action in statement["Action"]}

        def rank(action: str, needs: dict[str, set[str]] = needs) -> tuple[bool, bool, bool, str]:
            return count[action] > 1, "create" not in needs[action], "delete" in needs[action], action

        actions = [action for action in sorted(needs, key=rank) if needs[action] & {"create", "delete"}]
        yield from ((statement["Sid"], action) for action in (actions if small else actions[:1]))


def operations(name: str, action: str) -> set[str]:
    """The stack operations in which CloudFormation itself needs the action."""
    only = {"cloudformation:DeleteStack": "delete", "cloudformation:UpdateStack": "update"}
    unused = {f"cloudformation:{name}" for name in ("SetStackPolicy", "DescribeStackEvents", "DescribeStacks")}
    if action in only or action in unused:
        return {only[action]} if action in only else set()
    handlers = [handler for required, handler in required_actions(name) if required == action]
    return {"create" if handler == "read" else handler for handler in handlers}


@cache
def required_actions(name: str) -> tuple[tuple[str, str], ...]:
    """Action and handler; an action that the stack itself needs counts as `create`."""
    permissions = derive.required_permissions(ROOT, load.product(ROOT, name))
    return tuple((permission.action, handler(permission.reason)) for permission in permissions)


def handler(reason: str) -> str:
    return reason.rpartition(": ")[2] if "): " in reason else "create"


def policy(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((load.product(ROOT, name).folder / FILE).read_text(encoding="utf-8"))
    return content


def versions(name: str) -> list[str]:
    return [str(version) for version in versions_folder.versions(load.product(ROOT, name))]


def cases(name: str) -> tuple[str, ...]:
    return tuple(config(name))


def parameters(name: str, version: str, case: str) -> dict[str, str]:
    """taskcat's parameters that the version declares."""
    declared = json.loads((load.product(ROOT, name).folder / f"versions/{version}.json").read_text())["Parameters"]
    return {key: str(value) for key, value in config(name)[case].get("parameters", {}).items() if key in declared}


def config(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((load.product(ROOT, name).folder / ".taskcat.yml").read_text())["tests"]
    return content


@pytest.mark.parametrize("name", NAMES)
def test_the_launch_role_can_reach_every_version(results: dict[str, LaunchResults], name: str) -> None:
    first, *later = versions(name)
    assert results[name].statuses == {first: "CREATE_COMPLETE", **dict.fromkeys(later, "UPDATE_COMPLETE")}


@pytest.mark.parametrize("name", NAMES)
def test_the_launch_role_can_delete_the_stack(results: dict[str, LaunchResults], name: str) -> None:
    assert results[name].deletion == "DELETE_COMPLETE"


@pytest.mark.parametrize("name", NAMES)
def test_the_error_names_a_missing_action(results: dict[str, LaunchResults], name: str) -> None:
    errors = results[name].errors
    assert {sid for sid, _ in errors} == {statement["Sid"] for statement in policy(name)["Statement"]}
    assert [(sid, action) for (sid, action), error in errors.items() if denial(action) not in error] == []
