"""A launch role may do what CloudFormation needs for its product, and nothing beyond."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generators.catalog import frozen, load
from generators.catalog.model import Product
from generators.catalog.registry import permissions
from tests.products.needed import ALSO_NEEDED, NOT_NEEDED, ON_EVERYTHING, SPELLED

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = ("create", "read", "update", "delete")
PLACEHOLDERS = {
    "account_id",
    "data_key_arn",
    "name_prefix",
    "partition",
    "permissions_boundary_arn",
    "region",
}
each_product = pytest.mark.parametrize("product", load.products(ROOT), ids=lambda product: product.name)


def statements(product: Product) -> list[dict[str, Any]]:
    policy = json.loads((product.folder / "launch_policy.json").read_text())
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def types(product: Product) -> set[str]:
    return {it["Type"] for release in frozen.releases(product) for it in json.loads(release.body)["Resources"].values()}


def needed(resource_type: str) -> set[str]:
    excused = {action for types in NOT_NEEDED.values() for action in types.get(resource_type, "").split()}
    return {SPELLED.get(action, action) for action in permissions(resource_type, *HANDLERS)} - excused


def allowed(product: Product) -> set[str]:
    return {action for statement in statements(product) for action in statement["Action"]}


@each_product
def test_launch_role_may_do_all_that_cloudformation_needs(product: Product) -> None:
    assert {action for it in types(product) for action in needed(it)} - allowed(product) == set()


@each_product
def test_launch_role_may_do_nothing_beyond(product: Product) -> None:
    known = {action for it in types(product) for action in needed(it)} | set(ALSO_NEEDED)
    assert allowed(product) - known == set()


@each_product
def test_no_action_is_a_wildcard(product: Product) -> None:
    assert not [action for action in allowed(product) if "*" in action]


@each_product
def test_only_actions_without_a_resource_are_allowed_on_everything(product: Product) -> None:
    wide = {action for it in statements(product) if "*" in it["Resource"] for action in it["Action"]}
    assert wide <= ON_EVERYTHING


@each_product
def test_roles_are_created_inside_the_boundary_only(product: Product) -> None:
    writing = {"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePolicy"}
    for statement in statements(product):
        if writing & set(statement["Action"]):
            assert statement["Condition"]["StringEquals"] == {"iam:PermissionsBoundary": "${permissions_boundary_arn}"}
            assert all("role/${name_prefix}-" in arn for arn in statement["Resource"])


@each_product
def test_roles_are_passed_to_a_named_service_only(product: Product) -> None:
    for statement in statements(product):
        if "iam:PassRole" in statement["Action"]:
            assert statement["Action"] == ["iam:PassRole"]
            assert statement["Condition"]["StringEquals"]["iam:PassedToService"].endswith(".amazonaws.com")
            assert not any(arn.endswith("role/*") for arn in statement["Resource"])


@each_product
def test_placeholders_are_those_that_terraform_fills(product: Product) -> None:
    text = (product.folder / "launch_policy.json").read_text()
    used = {part.split("}")[0] for part in text.split("${")[1:]}
    assert used <= PLACEHOLDERS


@each_product
def test_policy_fits_into_a_role(product: Product) -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: inline policies of a role, no blanks
    text = "".join((product.folder / "launch_policy.json").read_text().split())
    assert len(text) < 10_240


def test_every_excuse_is_about_an_action_that_a_schema_lists() -> None:
    listed = {
        kind: {SPELLED.get(action, action) for action in permissions(kind, *HANDLERS)}
        for types in NOT_NEEDED.values()
        for kind in types
    }
    stale = {
        a for types in NOT_NEEDED.values() for kind, text in types.items() for a in set(text.split()) - listed[kind]
    }
    assert stale == set()
