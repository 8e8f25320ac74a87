"""Portfolios, the products in them and the principals who may use them.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios.html
"""

import re
from typing import Any

from scripts.localaws.services.servicecatalog import access, models, organizations
from scripts.localaws.services.servicecatalog.exceptions import in_use, invalid, limit, not_found
from scripts.localaws.services.servicecatalog.models import (
    Params,
    Portfolio,
    new_id,
    now,
    tag_dict,
    tag_list,
    update_tags,
    where,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure

_DETAILS = ("DisplayName", "Description", "ProviderName")
_PRINCIPAL = re.compile(r"arn:aws:iam::(\d{12})?:(role|user|group)/[\w+=,.@/*?-]{1,1000}")


@operation("CreatePortfolio", idempotency_key="IdempotencyToken")
def create_portfolio(request: Request, params: Params) -> dict[str, Any]:
    """Create a portfolio; names need not be unique."""
    if len(where(request.store.portfolios, account=request.account)) >= models.PORTFOLIOS_PER_REGION:
        raise limit(f"An account holds at most {models.PORTFOLIOS_PER_REGION} portfolios in a region.")
    details = {key: params.get(key, "") for key in _DETAILS}
    portfolio = Portfolio(new_id("port"), request.account, details, tag_dict(params))
    request.store.portfolios[portfolio.id] = portfolio
    return _with_tags(request, portfolio)


def _with_tags(request: Request, portfolio: Portfolio) -> dict[str, Any]:
    detail = structure("PortfolioDetail", portfolio, region=request.region)
    return {"PortfolioDetail": detail, "Tags": tag_list(portfolio.tags)}


@operation("DescribePortfolio")
def describe_portfolio(request: Request, params: Params) -> dict[str, Any]:
    """Return a portfolio; its tags only to the owner, not to accounts that it is shared with."""
    portfolio = access.accessible_portfolio(request.store, request.account, params["Id"])
    detail: dict[str, Any] = {
        "PortfolioDetail": structure("PortfolioDetail", portfolio, region=request.region),
        "Budgets": [],
    }
    if portfolio.account == request.account:
        detail["Tags"] = tag_list(portfolio.tags)
    options = [option for option in request.store.tag_options.values() if portfolio.id in option.resources]
    return {**detail, "TagOptions": [structure("TagOptionDetail", option) for option in options]}


@operation("UpdatePortfolio")
def update_portfolio(request: Request, params: Params) -> dict[str, Any]:
    """Change the texts and tags of a portfolio."""
    portfolio = request.store.own_portfolio(request.account, params["Id"])
    portfolio.details |= {key: params[key] for key in _DETAILS if key in params}
    update_tags(portfolio.tags, params)
    return _with_tags(request, portfolio)


@operation("DeletePortfolio")
def delete_portfolio(request: Request, params: Params) -> None:
    """Delete a portfolio; an error while anything is associated with it."""
    portfolio = request.store.own_portfolio(request.account, params["Id"])
    constraints = where(request.store.constraints, portfolio=portfolio.id)
    options = [option for option in request.store.tag_options.values() if portfolio.id in option.resources]
    associations = {"products": portfolio.products, "shares": portfolio.shares, "principals": portfolio.principals}
    associations |= {"constraints": constraints, "tag options": options}
    if remaining := [name for name, resources in associations.items() if resources]:
        raise in_use(f"Portfolio {portfolio.id} still has {', '.join(remaining)}.")
    del request.store.portfolios[portfolio.id]


@operation("ListPortfolios", list_key="PortfolioDetails")
def list_portfolios(request: Request, _: Params) -> dict[str, Any]:
    """Return the caller's own portfolios."""
    portfolios = where(request.store.portfolios, account=request.account)
    return {"PortfolioDetails": structure.each("PortfolioDetail", portfolios, region=request.region)}


@operation("ListPortfoliosForProduct", list_key="PortfolioDetails")
def list_portfolios_for_product(request: Request, params: Params) -> dict[str, Any]:
    """Return the portfolios that contain a product."""
    product = request.store.own_product(request.account, params["ProductId"])
    portfolios = [portfolio for portfolio in request.store.portfolios.values() if product.id in portfolio.products]
    return {"PortfolioDetails": structure.each("PortfolioDetail", portfolios, region=request.region)}


@operation("AssociateProductWithPortfolio")
def associate_product(request: Request, params: Params) -> None:
    """Associate a product with a portfolio; a repeated request changes nothing."""
    if params.get("SourcePortfolioId"):
        raise invalid("The embedded AWS associates only products of the caller's own; leave out SourcePortfolioId.")
    product = request.store.own_product(request.account, params["ProductId"])
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    if product.id not in portfolio.products and len(portfolio.products) >= models.PRODUCTS_PER_PORTFOLIO:
        raise limit(f"A portfolio holds at most {models.PRODUCTS_PER_PORTFOLIO} products.")
    portfolio.products.setdefault(product.id, now())


@operation("DisassociateProductFromPortfolio")
def disassociate_product(request: Request, params: Params) -> None:
    """Disassociate a product; an error while a constraint uses the association."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    product = params["ProductId"]
    if product not in portfolio.products:
        raise not_found("Association of product", product)
    if where(request.store.constraints, portfolio=portfolio.id, product=product):
        raise in_use(f"Product {product} still has constraints in portfolio {portfolio.id}.")
    del portfolio.products[product]


@operation("AssociatePrincipalWithPortfolio")
def associate_principal(request: Request, params: Params) -> None:
    """Grant access to a principal: one ARN (IAM), or a name pattern with * and ? in any account (IAM_PATTERN).

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
    """
    portfolio = access.accessible_portfolio(request.store, request.account, params["PortfolioId"])
    arn, kind = params["PrincipalARN"], params["PrincipalType"]
    match = _PRINCIPAL.fullmatch(arn)
    if match is None or (kind == "IAM_PATTERN") != (match[1] is None):
        raise invalid(f"{arn} is not a principal of type {kind}; an IAM_PATTERN leaves the account empty.")
    if kind == "IAM" and not organizations.principal_exists(arn):
        raise invalid(f"{arn}: profile does not exist.")
    portfolio.principals[request.account, arn] = kind


@operation("DisassociatePrincipalFromPortfolio")
def disassociate_principal(request: Request, params: Params) -> None:
    """Revoke the access of a principal; provisioned products remain."""
    portfolio = access.accessible_portfolio(request.store, request.account, params["PortfolioId"])
    if portfolio.principals.pop((request.account, params["PrincipalARN"]), None) is None:
        raise not_found("Principal", params["PrincipalARN"])


@operation("ListPrincipalsForPortfolio", list_key="Principals")
def list_principals(request: Request, params: Params) -> dict[str, Any]:
    """Return the principals that the caller's account associated."""
    portfolio = access.accessible_portfolio(request.store, request.account, params["PortfolioId"])
    owned = [(arn, kind) for (account, arn), kind in portfolio.principals.items() if account == request.account]
    return {"Principals": [{"PrincipalARN": arn, "PrincipalType": kind} for arn, kind in owned]}
