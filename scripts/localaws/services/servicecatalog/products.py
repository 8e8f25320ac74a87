"""Products, as their owner sees them.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html
"""

from collections.abc import Callable, Iterable
from typing import Any

from scripts.localaws.services.servicecatalog import serialization
from scripts.localaws.services.servicecatalog.artifacts import new_artifact
from scripts.localaws.services.servicecatalog.exceptions import in_use, invalid, limit
from scripts.localaws.services.servicecatalog.models import (
    PRODUCTS_PER_REGION,
    Params,
    Product,
    new_id,
    tag_dict,
    tag_list,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation

_VIEW = {
    "Name": "Name",
    "Owner": "Owner",
    "Description": "ShortDescription",
    "Distributor": "Distributor",
    "SupportDescription": "SupportDescription",
    "SupportEmail": "SupportEmail",
    "SupportUrl": "SupportUrl",
}


def _view(params: Params) -> dict[str, str]:
    return {view: params[key] for key, view in _VIEW.items() if key in params}


@operation("CreateProduct", once="IdempotencyToken")
def create_product(request: Request, params: Params) -> dict[str, Any]:
    """A product and its first version. Several products may carry one name."""
    if params.get("ProductType") != "CLOUD_FORMATION_TEMPLATE" or params.get("SourceConnection"):
        raise invalid("The embedded AWS holds products of type CLOUD_FORMATION_TEMPLATE without a source connection.")
    if sum(it.account == request.account for it in request.store.products.values()) >= PRODUCTS_PER_REGION:
        raise limit(f"An account holds at most {PRODUCTS_PER_REGION} products in a region.")
    first = new_artifact(request, params["ProvisioningArtifactParameters"])
    it = Product(new_id("prod"), request.account, _view(params), {first.id: first}, tag_dict(params))
    request.store.products[it.id] = it
    return {
        "ProductViewDetail": serialization.product(it, request.region),
        "ProvisioningArtifactDetail": serialization.artifact_detail(first),
        "Tags": tag_list(it.tags),
    }


@operation("UpdateProduct")
def update_product(request: Request, params: Params) -> dict[str, Any]:
    """Words and tags change in place; versions do not."""
    it = request.store.own_product(request.account, params["Id"])
    it.view |= _view(params)
    it.tags |= tag_dict(params, "AddTags")
    for key in params.get("RemoveTags") or []:
        it.tags.pop(key, None)
    return {"ProductViewDetail": serialization.product(it, request.region), "Tags": tag_list(it.tags)}


@operation("DeleteProduct")
def delete_product(request: Request, params: Params) -> None:
    """Refused while a portfolio, a constraint or somebody's launch hangs on it."""
    it = request.store.own_product(request.account, params["Id"])
    if any(it.id in portfolio.products for portfolio in request.store.portfolios.values()):
        raise in_use(f"Product {it.id} is still associated with a portfolio.")
    if any(used.product == it.id for used in request.store.provisioned.values()):
        raise in_use(f"Product {it.id} is still provisioned.")
    del request.store.products[it.id]


@operation("DescribeProductAsAdmin")
def describe_product_as_admin(request: Request, params: Params) -> dict[str, Any]:
    """Every version, retired ones too."""
    it = request.store.product_named(request.account, params)
    options = [option for option in request.store.tag_options.values() if it.id in option.resources]
    return {
        "ProductViewDetail": serialization.product(it, request.region),
        "ProvisioningArtifactSummaries": [serialization.artifact(version) for version in it.artifacts.values()],
        "Tags": tag_list(it.tags),
        "TagOptions": [serialization.tag_option(option) for option in options],
        "Budgets": [],
    }


@operation("SearchProductsAsAdmin", paged="ProductViewDetails")
def search_products_as_admin(request: Request, params: Params) -> dict[str, Any]:
    """The caller's products, or those of one of its portfolios, by name."""
    found = [it for it in request.store.products.values() if it.account == request.account]
    if identifier := params.get("PortfolioId"):
        holding = request.store.own_portfolio(request.account, identifier)
        found = [it for it in found if it.id in holding.products]
    return {"ProductViewDetails": [serialization.product(it, request.region) for it in searched(found, params)]}


_ORDERS: dict[str, Callable[[Product], Any]] = {
    "Title": lambda it: it.view["Name"].lower(),
    "VersionCount": lambda it: len(it.artifacts),
    "CreationDate": lambda it: it.created,
}


def searched(found: Iterable[Product], params: Params) -> list[Product]:
    """What the request's filters leave, in the request's order; by title unless it says so."""
    left = [it for it in found if _matches(it, params.get("Filters") or {})]
    return sorted(left, key=_ORDERS[params.get("SortBy", "Title")], reverse=params.get("SortOrder") == "DESCENDING")


def _matches(it: Product, filters: dict[str, list[str]]) -> bool:
    if unknown := set(filters) - {"FullTextSearch", "Owner"}:
        raise invalid(f"The embedded AWS does not filter products by {', '.join(sorted(unknown))}.")
    text = " ".join(it.view.values()).lower()
    words = filters.get("FullTextSearch") or [""]
    owners = filters.get("Owner") or [it.view.get("Owner", "")]
    return any(word.lower() in text for word in words) and it.view.get("Owner", "") in owners
