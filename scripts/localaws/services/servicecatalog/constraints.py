"""Constraints: the launch role of a product (LAUNCH), rules for its parameters (TEMPLATE), tag updates
(RESOURCE_UPDATE).

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html
"""

import json
from typing import Any

from scripts.localaws.services.servicecatalog import organizations
from scripts.localaws.services.servicecatalog.access import accessible_portfolio
from scripts.localaws.services.servicecatalog.exceptions import duplicate, invalid, not_found
from scripts.localaws.services.servicecatalog.models import Constraint, Params, Store, new_id, owned, where
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure


@operation("CreateConstraint", idempotency_key="IdempotencyToken")
def create_constraint(request: Request, params: Params) -> dict[str, Any]:
    """Create a constraint on an associated product; one per type except TEMPLATE."""
    store = request.store
    portfolio = store.own_portfolio(request.account, params["PortfolioId"])
    product = store.own_product(request.account, params["ProductId"])
    if product.id not in portfolio.products:
        raise not_found(f"Association of portfolio {portfolio.id} with product", product.id)
    kind = params["Type"]
    _check_parameters(request.account, kind, params["Parameters"])
    if kind != "TEMPLATE" and where(store.constraints, portfolio=portfolio.id, product=product.id, kind=kind):
        raise duplicate(f"Product {product.id} has a {kind} constraint in portfolio {portfolio.id} already.")
    constraint = Constraint(
        new_id("cons"),
        request.account,
        portfolio.id,
        product.id,
        kind,
        params.get("Description", ""),
        params["Parameters"],
    )
    store.constraints[constraint.id] = constraint
    return _response(constraint)


def _check_parameters(account: str, kind: str, parameters: str) -> None:
    try:
        values: dict[str, Any] = json.loads(parameters)
    except ValueError:
        raise invalid("Constraint parameters must be JSON.") from None
    match kind:
        case "LAUNCH":
            _check_launch(account, values)
        case "TEMPLATE" if not isinstance(values.get("Rules"), dict) or len(values) > 1:
            raise invalid("A TEMPLATE constraint holds Rules.")
        case "RESOURCE_UPDATE" if _tag_updates(values) not in ("ALLOWED", "NOT_ALLOWED"):
            raise invalid("A RESOURCE_UPDATE constraint says whether TagUpdateOnProvisionedProduct is ALLOWED.")
        case "NOTIFICATION" | "STACKSET":
            raise invalid(f"The embedded AWS does not hold constraints of type {kind}.")


def _check_launch(account: str, values: dict[str, Any]) -> None:
    """Check the role of a LAUNCH constraint: a local role must exist in the account that creates the constraint."""
    if len(values) != 1 or not values.keys() <= {"RoleArn", "LocalRoleName"}:
        raise invalid("A LAUNCH constraint holds either RoleArn or LocalRoleName.")
    name = values.get("LocalRoleName")
    if name and not organizations.principal_exists(f"arn:aws:iam::{account}:role/{name}"):
        raise invalid(f"Account {account} has no role {name}; it must exist here and where products are launched.")


def _tag_updates(parameters: dict[str, Any]) -> Any:
    return (parameters.get("Properties") or {}).get("TagUpdateOnProvisionedProduct")


@operation("DescribeConstraint")
def describe_constraint(request: Request, params: Params) -> dict[str, Any]:
    """Return a constraint with its parameters."""
    return _response(_own_constraint(request, params["Id"]))


@operation("UpdateConstraint")
def update_constraint(request: Request, params: Params) -> dict[str, Any]:
    """Change the description or the parameters."""
    constraint = _own_constraint(request, params["Id"])
    if "Parameters" in params:
        _check_parameters(request.account, constraint.kind, params["Parameters"])
    constraint.parameters = params.get("Parameters", constraint.parameters)
    constraint.description = params.get("Description", constraint.description)
    return _response(constraint)


@operation("DeleteConstraint")
def delete_constraint(request: Request, params: Params) -> None:
    """Delete a constraint; provisioned products keep their launch role."""
    del request.store.constraints[_own_constraint(request, params["Id"]).id]


@operation("ListConstraintsForPortfolio", list_key="ConstraintDetails")
def list_constraints(request: Request, params: Params) -> dict[str, Any]:
    """Return the constraints of a portfolio, or of one product in it."""
    portfolio = accessible_portfolio(request.store, request.account, params["PortfolioId"])
    product = {"product": params["ProductId"]} if params.get("ProductId") else {}
    constraints = where(request.store.constraints, portfolio=portfolio.id, **product)
    return {"ConstraintDetails": [structure("ConstraintDetail", constraint) for constraint in constraints]}


def _own_constraint(request: Request, identifier: str) -> Constraint:
    return owned(request.store.constraints, "Constraint", request.account, identifier)


def _response(constraint: Constraint) -> dict[str, Any]:
    return {
        "ConstraintDetail": structure("ConstraintDetail", constraint),
        "ConstraintParameters": constraint.parameters,
        "Status": "AVAILABLE",
    }


def constraints_on(store: Store, portfolio: str, product: str) -> list[Constraint]:
    """Return the constraints on one product of one portfolio."""
    return where(store.constraints, portfolio=portfolio, product=product)


def launch_role(store: Store, portfolio: str, product: str, account: str) -> str:
    """Return the ARN of the launch role, or "". LocalRoleName is the name of a role in the account that launches."""
    for constraint in where(store.constraints, portfolio=portfolio, product=product, kind="LAUNCH"):
        parameters = json.loads(constraint.parameters)
        return str(parameters.get("RoleArn") or f"arn:aws:iam::{account}:role/{parameters['LocalRoleName']}")
    return ""


def rules(store: Store, portfolio: str, product: str) -> dict[str, Any]:
    """Return the rules of all TEMPLATE constraints; a name that occurs twice gets the constraint's id as suffix."""
    rules: dict[str, Any] = {}
    for constraint in where(store.constraints, portfolio=portfolio, product=product, kind="TEMPLATE"):
        for name, rule in json.loads(constraint.parameters)["Rules"].items():
            rules[name if name not in rules else name + constraint.id.removeprefix("cons-")] = rule
    return rules


def tag_updates_allowed(store: Store, portfolio: str, product: str) -> bool:
    """Return whether an update of a provisioned product may change its tags."""
    constraints = where(store.constraints, portfolio=portfolio, product=product, kind="RESOURCE_UPDATE")
    return any(_tag_updates(json.loads(constraint.parameters)) == "ALLOWED" for constraint in constraints)
