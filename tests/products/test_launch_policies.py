"""Launch policies allow exactly what CloudFormation needs for a product: no action or resource can be removed."""

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
    content: dict[str, Any] = json.loads((product.folder / FILE).read_text(encoding="utf-8"))
    return content


@cache
def permissions(product: Product) -> dict[str, tuple[RequiredPermission, ...]]:
    """Action -> its required permissions: without the action only these can be missing."""
    by_action: dict[str, tuple[RequiredPermission, ...]] = {}
    for permission in derive.required_permissions(ROOT, product):
        by_action[permission.action] = (*by_action.get(permission.action, ()), permission)
    return by_action


def reduced_policies(policy: dict[str, Any], element: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Sid, the value removed from the element of that statement, and the policy without it."""
    for index, statement in enumerate(policy["Statement"]):
        for value in statement[element]:
            reduced = copy.deepcopy(policy)
            values = [other for other in statement[element] if other != value]
            reduced["Statement"][index][element] = values
            if not values:
                del reduced["Statement"][index]
            yield statement["Sid"], value, reduced


@each_product
def test_policy_is_derived_from_the_templates(product: Product) -> None:
    expected = derive.launch_policy(ROOT, product)
    assert (product.folder / FILE).read_text() == expected, f"run `catalog launch-policy {product.name}`"


@each_product
def test_policy_allows_all_required_permissions(product: Product) -> None:
    required = [permission for group in permissions(product).values() for permission in group]
    assert statements.missing_permissions(required, [json.dumps(document(product))]) == ()


@each_product
def test_no_action_of_a_statement_is_superfluous(product: Product) -> None:
    superfluous = [
        (sid, action)
        for sid, action, reduced in reduced_policies(document(product), "Action")
        if not statements.missing_permissions(permissions(product)[action], [json.dumps(reduced)])
    ]
    assert superfluous == []


@each_product
def test_no_resource_of_a_statement_is_superfluous(product: Product) -> None:
    actions = {statement["Sid"]: statement["Action"] for statement in document(product)["Statement"]}
    superfluous = [
        (sid, arn)
        for sid, arn, reduced in reduced_policies(document(product), "Resource")
        if not statements.missing_permissions(
            [permission for action in actions[sid] for permission in permissions(product)[action]],
            [json.dumps(reduced)],
        )
    ]
    assert superfluous == []


@each_product
def test_conditions_use_exactly_the_context_keys_of_the_requests(product: Product) -> None:
    context = {key for group in permissions(product).values() for need in group for _, key, _ in need.context}
    conditions = [statement.get("Condition", {}) for statement in document(product)["Statement"]]
    assert {key for condition in conditions for keys in condition.values() for key in keys} == context


@each_product
def test_no_action_is_a_wildcard(product: Product) -> None:
    assert not [
        action for statement in document(product)["Statement"] for action in statement["Action"] if "*" in action
    ]


@each_product
def test_only_actions_without_a_resource_and_the_template_are_allowed_on_everything(product: Product) -> None:
    statements = [statement for statement in document(product)["Statement"] if "*" in statement["Resource"]]
    assert [statement["Sid"] for statement in statements] == ["WithoutAResource", "FetchTheTemplate"]


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
