"""A launch role may do what CloudFormation needs for its product, and nothing beyond: each word of it is needed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generators.cloudformation.action_scope import BOUNDARY_ACTIONS
from generators.cloudformation.handler_permissions import RequiredPermission
from generators.launch_policy import FILE, derive, statements
from generators.release import load
from generators.release.model import Product

ROOT = Path(__file__).resolve().parents[2]
each_product = pytest.mark.parametrize("product", load.products(ROOT), ids=lambda product: product.name)


def document(product: Product) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((product.folder / FILE).read_text(encoding="utf-8"))
    return found


@cache
def needs(product: Product) -> dict[str, tuple[RequiredPermission, ...]]:
    """Action -> its needs: taking one action away can leave no other open."""
    found: dict[str, tuple[RequiredPermission, ...]] = {}
    for need in derive.required_permissions(ROOT, product):
        found[need.action] = (*found.get(need.action, ()), need)
    return found


def with_one_less(whole: dict[str, Any], element: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Sid, what is taken out of the statement, the policy without it."""
    for index, statement in enumerate(whole["Statement"]):
        for word in statement[element]:
            less = copy.deepcopy(whole)
            kept = [item for item in statement[element] if item != word]
            less["Statement"][index][element] = kept
            if not kept:
                del less["Statement"][index]
            yield statement["Sid"], word, less


@each_product
def test_policy_is_what_the_templates_need(product: Product) -> None:
    wanted = derive.launch_policy(ROOT, product)
    assert (product.folder / FILE).read_text() == wanted, f"run `catalog launch-policy {product.name}`"


@each_product
def test_policy_allows_all_needs(product: Product) -> None:
    every = [need for them in needs(product).values() for need in them]
    assert statements.missing_permissions(every, [json.dumps(document(product))]) == ()


@each_product
def test_no_action_of_any_statement_can_be_taken_away(product: Product) -> None:
    spare = [
        (sid, action)
        for sid, action, less in with_one_less(document(product), "Action")
        if not statements.missing_permissions(needs(product)[action], [json.dumps(less)])
    ]
    assert spare == []


@each_product
def test_no_resource_of_any_statement_can_be_taken_away(product: Product) -> None:
    actions = {item["Sid"]: item["Action"] for item in document(product)["Statement"]}
    spare = [
        (sid, arn)
        for sid, arn, less in with_one_less(document(product), "Resource")
        if not statements.missing_permissions(
            [need for action in actions[sid] for need in needs(product)[action]], [json.dumps(less)]
        )
    ]
    assert spare == []


@each_product
def test_no_condition_asks_for_what_is_not_sent(product: Product) -> None:
    sent = {key for them in needs(product).values() for need in them for _, key, _ in need.context}
    asked = {
        key for item in document(product)["Statement"] for lines in item.get("Condition", {}).values() for key in lines
    }
    assert asked == sent


@each_product
def test_no_action_is_a_wildcard(product: Product) -> None:
    assert not [action for item in document(product)["Statement"] for action in item["Action"] if "*" in action]


@each_product
def test_only_actions_without_a_resource_and_the_template_are_allowed_on_everything(product: Product) -> None:
    wide = [item for item in document(product)["Statement"] if "*" in item["Resource"]]
    assert [item["Sid"] for item in wide] == ["WithoutAResource", "FetchTheTemplate"]


@each_product
def test_roles_are_written_inside_the_boundary_only(product: Product) -> None:
    for statement in document(product)["Statement"]:
        if BOUNDARY_ACTIONS & set(statement["Action"]):
            assert statement["Condition"]["StringEquals"] == {"iam:PermissionsBoundary": "${permissions_boundary_arn}"}
            assert all("role/${name_prefix}-" in arn for arn in statement["Resource"])


@each_product
def test_roles_are_passed_to_a_named_service_only(product: Product) -> None:
    for statement in document(product)["Statement"]:
        if "iam:PassRole" in statement["Action"]:
            assert statement["Action"] == ["iam:PassRole"]
            assert statement["Condition"]["StringEquals"]["iam:PassedToService"].endswith(".amazonaws.com")
            assert not any(arn.endswith("role/*") for arn in statement["Resource"])


@each_product
def test_policy_fits_into_a_role(product: Product) -> None:
    assert statements.size(document(product)) <= statements.LIMIT
