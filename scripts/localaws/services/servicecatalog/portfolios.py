"""Portfolios, the products in them and the principals who may use them.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios.html
"""

import re
from typing import Any

from scripts.localaws.services.servicecatalog import access, organizations, serialization
from scripts.localaws.services.servicecatalog.exceptions import in_use, invalid, limit, not_found
from scripts.localaws.services.servicecatalog.models import (
    PORTFOLIOS_PER_REGION,
    PRODUCTS_PER_PORTFOLIO,
    Params,
    Portfolio,
    new_id,
    now,
    tag_dict,
    tag_list,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation

_DETAILS = ("DisplayName", "Description", "ProviderName")
_PRINCIPAL = re.compile(r"arn:aws:iam::(\d{12})?:(role|user|group)/[\w+=,.@/*?-]{1,1000}")


@operation("CreatePortfolio", once="IdempotencyToken")
def create_portfolio(request: Request, params: Params) -> dict[str, Any]:
    """Several portfolios may carry one name; ids tell them apart."""
    own = [it for it in request.store.portfolios.values() if it.account == request.account]
    if len(own) >= PORTFOLIOS_PER_REGION:
        raise limit(f"An account holds at most {PORTFOLIOS_PER_REGION} portfolios in a region.")
    details = {key: params.get(key, "") for key in _DETAILS}
    it = Portfolio(new_id("port"), request.account, details, tag_dict(params))
    request.store.portfolios[it.id] = it
    return {"PortfolioDetail": serialization.portfolio(it, request.region), "Tags": tag_list(it.tags)}


@operation("DescribePortfolio")
def describe_portfolio(request: Request, params: Params) -> dict[str, Any]:
    """The owner sees the tags too; an account that it is shared with sees the rest."""
    it = access.usable(request.store, request.account, params["Id"])
    detail: dict[str, Any] = {"PortfolioDetail": serialization.portfolio(it, request.region), "Budgets": []}
    if it.account == request.account:
        detail["Tags"] = tag_list(it.tags)
    options = [o for o in request.store.tag_options.values() if it.id in o.resources]
    return {**detail, "TagOptions": [serialization.tag_option(option) for option in options]}


@operation("UpdatePortfolio")
def update_portfolio(request: Request, params: Params) -> dict[str, Any]:
    """Words and tags change in place."""
    it = request.store.own_portfolio(request.account, params["Id"])
    it.details |= {key: params[key] for key in _DETAILS if key in params}
    it.tags |= tag_dict(params, "AddTags")
    for key in params.get("RemoveTags") or []:
        it.tags.pop(key, None)
    return {"PortfolioDetail": serialization.portfolio(it, request.region), "Tags": tag_list(it.tags)}


@operation("DeletePortfolio")
def delete_portfolio(request: Request, params: Params) -> None:
    """Refused while anything hangs on it."""
    it = request.store.own_portfolio(request.account, params["Id"])
    constraints = [c for c in request.store.constraints.values() if c.portfolio == it.id]
    options = [o for o in request.store.tag_options.values() if it.id in o.resources]
    held = {"products": it.products, "shares": it.shares, "principals": it.principals}
    held |= {"constraints": constraints, "tag options": options}
    if left := [name for name, things in held.items() if things]:
        raise in_use(f"Portfolio {it.id} still has {', '.join(left)}.")
    del request.store.portfolios[it.id]


@operation("ListPortfolios", paged="PortfolioDetails")
def list_portfolios(request: Request, _: Params) -> dict[str, Any]:
    """The caller's own."""
    own = [it for it in request.store.portfolios.values() if it.account == request.account]
    return {"PortfolioDetails": [serialization.portfolio(it, request.region) for it in own]}


@operation("ListPortfoliosForProduct", paged="PortfolioDetails")
def list_portfolios_for_product(request: Request, params: Params) -> dict[str, Any]:
    """Portfolios that hold the product."""
    product = request.store.own_product(request.account, params["ProductId"])
    holding = [it for it in request.store.portfolios.values() if product.id in it.products]
    return {"PortfolioDetails": [serialization.portfolio(it, request.region) for it in holding]}


@operation("AssociateProductWithPortfolio")
def associate_product(request: Request, params: Params) -> None:
    """Doing it twice is one association."""
    if params.get("SourcePortfolioId"):
        raise invalid("The embedded AWS associates only products of the caller's own; leave out SourcePortfolioId.")
    product = request.store.own_product(request.account, params["ProductId"])
    it = request.store.own_portfolio(request.account, params["PortfolioId"])
    if product.id not in it.products and len(it.products) >= PRODUCTS_PER_PORTFOLIO:
        raise limit(f"A portfolio holds at most {PRODUCTS_PER_PORTFOLIO} products.")
    it.products.setdefault(product.id, now())


@operation("DisassociateProductFromPortfolio")
def disassociate_product(request: Request, params: Params) -> None:
    """Refused while a constraint rests on the association."""
    it = request.store.own_portfolio(request.account, params["PortfolioId"])
    product = params["ProductId"]
    if product not in it.products:
        raise not_found("Association of product", product)
    if any(c.portfolio == it.id and c.product == product for c in request.store.constraints.values()):
        raise in_use(f"Product {product} still has constraints in portfolio {it.id}.")
    del it.products[product]


@operation("AssociatePrincipalWithPortfolio")
def associate_principal(request: Request, params: Params) -> None:
    """IAM names one principal, IAM_PATTERN every account's principal of a name, with * and ?.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
    """
    it = access.usable(request.store, request.account, params["PortfolioId"])
    arn, kind = params["PrincipalARN"], params["PrincipalType"]
    match = _PRINCIPAL.fullmatch(arn)
    if match is None or (kind == "IAM_PATTERN") != (match[1] is None):
        raise invalid(f"{arn} is not a principal of type {kind}; an IAM_PATTERN leaves the account empty.")
    if kind == "IAM" and not organizations.principal_exists(arn):
        raise invalid(f"{arn}: profile does not exist.")
    it.principals[request.account, arn] = kind


@operation("DisassociatePrincipalFromPortfolio")
def disassociate_principal(request: Request, params: Params) -> None:
    """Takes the grant back; existing launches go on."""
    it = access.usable(request.store, request.account, params["PortfolioId"])
    if it.principals.pop((request.account, params["PrincipalARN"]), None) is None:
        raise not_found("Principal", params["PrincipalARN"])


@operation("ListPrincipalsForPortfolio", paged="Principals")
def list_principals(request: Request, params: Params) -> dict[str, Any]:
    """Principals that the caller's account associated."""
    it = access.usable(request.store, request.account, params["PortfolioId"])
    own = [(arn, kind) for (account, arn), kind in it.principals.items() if account == request.account]
    return {"Principals": [{"PrincipalARN": arn, "PrincipalType": kind} for arn, kind in own]}
