"""Constraints: under which role a product is launched (LAUNCH), which parameter values it takes (TEMPLATE), and
whether its tags may change (RESOURCE_UPDATE).

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html
"""

import json
from typing import Any

from scripts.localaws.services.servicecatalog import organizations, serialization
from scripts.localaws.services.servicecatalog.access import usable
from scripts.localaws.services.servicecatalog.exceptions import duplicate, invalid, not_found
from scripts.localaws.services.servicecatalog.models import Constraint, Params, Store, new_id
from scripts.localaws.services.servicecatalog.operations import Request, operation


@operation("CreateConstraint", once="IdempotencyToken")
def create_constraint(request: Request, params: Params) -> dict[str, Any]:
    """The association comes first; one launch constraint for a product in a portfolio."""
    store = request.store
    portfolio = store.own_portfolio(request.account, params["PortfolioId"])
    product = store.own_product(request.account, params["ProductId"])
    if product.id not in portfolio.products:
        raise not_found(f"Association of portfolio {portfolio.id} with product", product.id)
    kind = params["Type"]
    _parsed(request.account, kind, params["Parameters"])
    if kind != "TEMPLATE" and any(known.kind == kind for known in of(store, portfolio.id, product.id)):
        raise duplicate(f"Product {product.id} has a {kind} constraint in portfolio {portfolio.id} already.")
    it = Constraint(
        new_id("cons"),
        request.account,
        portfolio.id,
        product.id,
        kind,
        params.get("Description", ""),
        params["Parameters"],
    )
    store.constraints[it.id] = it
    return _answer(it)


def _parsed(account: str, kind: str, parameters: str) -> None:
    try:
        found: dict[str, Any] = json.loads(parameters)
    except ValueError:
        raise invalid("Constraint parameters must be JSON.") from None
    match kind:
        case "LAUNCH":
            _check_launch(account, found)
        case "TEMPLATE" if not isinstance(found.get("Rules"), dict) or len(found) > 1:
            raise invalid("A TEMPLATE constraint holds Rules.")
        case "RESOURCE_UPDATE" if _tag_updates(found) not in ("ALLOWED", "NOT_ALLOWED"):
            raise invalid("A RESOURCE_UPDATE constraint says whether TagUpdateOnProvisionedProduct is ALLOWED.")
        case "NOTIFICATION" | "STACKSET":
            raise invalid(f"The embedded AWS does not hold constraints of type {kind}.")


def _check_launch(account: str, found: dict[str, Any]) -> None:
    """A role that is named must exist in the account that makes the constraint, as in every account that launches."""
    if len(found) != 1 or not found.keys() <= {"RoleArn", "LocalRoleName"}:
        raise invalid("A LAUNCH constraint holds either RoleArn or LocalRoleName.")
    name = found.get("LocalRoleName")
    if name and not organizations.principal_exists(f"arn:aws:iam::{account}:role/{name}"):
        raise invalid(f"Account {account} has no role {name}; it must exist here and where products are launched.")


def _tag_updates(found: dict[str, Any]) -> Any:
    return (found.get("Properties") or {}).get("TagUpdateOnProvisionedProduct")


@operation("DescribeConstraint")
def describe_constraint(request: Request, params: Params) -> dict[str, Any]:
    """With its parameters."""
    return _answer(_own(request, params["Id"]))


@operation("UpdateConstraint")
def update_constraint(request: Request, params: Params) -> dict[str, Any]:
    """Description and parameters change in place."""
    it = _own(request, params["Id"])
    if "Parameters" in params:
        _parsed(request.account, it.kind, params["Parameters"])
    it.parameters = params.get("Parameters", it.parameters)
    it.description = params.get("Description", it.description)
    return _answer(it)


@operation("DeleteConstraint")
def delete_constraint(request: Request, params: Params) -> None:
    """Existing launches keep the role they were launched with."""
    del request.store.constraints[_own(request, params["Id"]).id]


@operation("ListConstraintsForPortfolio", paged="ConstraintDetails")
def list_constraints(request: Request, params: Params) -> dict[str, Any]:
    """Of one portfolio, or of one product in it."""
    portfolio = usable(request.store, request.account, params["PortfolioId"])
    found = [it for it in request.store.constraints.values() if it.portfolio == portfolio.id]
    if product := params.get("ProductId"):
        found = [it for it in found if it.product == product]
    return {"ConstraintDetails": [serialization.constraint(it) for it in found]}


def _own(request: Request, identifier: str) -> Constraint:
    it = request.store.constraints.get(identifier)
    if it is None or it.account != request.account:
        raise not_found("Constraint", identifier)
    return it


def _answer(it: Constraint) -> dict[str, Any]:
    return {
        "ConstraintDetail": serialization.constraint(it),
        "ConstraintParameters": it.parameters,
        "Status": "AVAILABLE",
    }


def of(store: Store, portfolio: str, product: str) -> list[Constraint]:
    """Constraints on one product of one portfolio."""
    return [it for it in store.constraints.values() if (it.portfolio, it.product) == (portfolio, product)]


def launch_role(store: Store, portfolio: str, product: str, account: str) -> str:
    """ARN of the launch role; LocalRoleName means the role of that name in the launching account. "" without one."""
    for it in of(store, portfolio, product):
        if it.kind == "LAUNCH":
            named = json.loads(it.parameters)
            return str(named.get("RoleArn") or f"arn:aws:iam::{account}:role/{named['LocalRoleName']}")
    return ""


def rules(store: Store, portfolio: str, product: str) -> dict[str, Any]:
    """Rules of every template constraint; all of them hold, so rules of one name stay apart."""
    found: dict[str, Any] = {}
    for it in of(store, portfolio, product):
        for name, rule in (json.loads(it.parameters)["Rules"] if it.kind == "TEMPLATE" else {}).items():
            found[name if name not in found else name + it.id.removeprefix("cons-")] = rule
    return found


def tags_may_change(store: Store, portfolio: str, product: str) -> bool:
    """Whether an update of a provisioned product may bring other tags."""
    found = [json.loads(it.parameters) for it in of(store, portfolio, product) if it.kind == "RESOURCE_UPDATE"]
    return any(_tag_updates(it) == "ALLOWED" for it in found)
