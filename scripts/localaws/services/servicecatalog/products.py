"""Products, as their owner manages them.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html
"""

from collections.abc import Callable, Iterable
from typing import Any

from scripts.localaws.services.servicecatalog import models
from scripts.localaws.services.servicecatalog.artifacts import new_artifact
from scripts.localaws.services.servicecatalog.exceptions import in_use, invalid, limit
from scripts.localaws.services.servicecatalog.models import (
    Params,
    Product,
    new_id,
    tag_dict,
    tag_list,
    update_tags,
    where,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import product_view_detail, structure

_DETAILS = ("Name", "Owner", "Description", "Distributor", "SupportDescription", "SupportEmail", "SupportUrl")


def _view(params: Params) -> dict[str, str]:
    return {{"Description": "ShortDescription"}.get(key, key): params[key] for key in _DETAILS if key in params}


@operation("CreateProduct", idempotency_key="IdempotencyToken")
def create_product(request: Request, params: Params) -> dict[str, Any]:
    """Create a product with its first version; names need not be unique."""
    if params.get("ProductType") != "CLOUD_FORMATION_TEMPLATE" or params.get("SourceConnection"):
        raise invalid("The embedded AWS holds products of type CLOUD_FORMATION_TEMPLATE without a source connection.")
    if len(where(request.store.products, account=request.account)) >= models.PRODUCTS_PER_REGION:
        raise limit(f"An account holds at most {models.PRODUCTS_PER_REGION} products in a region.")
    version = new_artifact(request, params["ProvisioningArtifactParameters"])
    product = Product(new_id("prod"), request.account, _view(params), {version.id: version}, tag_dict(params))
    request.store.products[product.id] = product
    return {
        "ProductViewDetail": product_view_detail(product, request.region),
        "ProvisioningArtifactDetail": structure("ProvisioningArtifactDetail", version),
        "Tags": tag_list(product.tags),
    }


@operation("UpdateProduct")
def update_product(request: Request, params: Params) -> dict[str, Any]:
    """Change the texts and tags of a product, not its versions."""
    product = request.store.own_product(request.account, params["Id"])
    product.view |= _view(params)
    update_tags(product.tags, params)
    return {"ProductViewDetail": product_view_detail(product, request.region), "Tags": tag_list(product.tags)}


@operation("DeleteProduct")
def delete_product(request: Request, params: Params) -> None:
    """Delete a product; an error while it is in a portfolio or provisioned."""
    product = request.store.own_product(request.account, params["Id"])
    if any(product.id in portfolio.products for portfolio in request.store.portfolios.values()):
        raise in_use(f"Product {product.id} is still associated with a portfolio.")
    if where(request.store.provisioned_products, product=product.id):
        raise in_use(f"Product {product.id} is still provisioned.")
    del request.store.products[product.id]


@operation("DescribeProductAsAdmin")
def describe_product_as_admin(request: Request, params: Params) -> dict[str, Any]:
    """Return a product with all its versions, including inactive ones."""
    product = request.store.product_by_id_or_name(request.account, params)
    options = [option for option in request.store.tag_options.values() if product.id in option.resources]
    return {
        "ProductViewDetail": product_view_detail(product, request.region),
        "ProvisioningArtifactSummaries": structure.each("ProvisioningArtifactSummary", product.artifacts.values()),
        "Tags": tag_list(product.tags),
        "TagOptions": structure.each("TagOptionDetail", options),
        "Budgets": [],
    }


@operation("SearchProductsAsAdmin", list_key="ProductViewDetails")
def search_products_as_admin(request: Request, params: Params) -> dict[str, Any]:
    """Return the caller's products, or those in one of its portfolios, that match the filters."""
    products = where(request.store.products, account=request.account)
    if identifier := params.get("PortfolioId"):
        portfolio = request.store.own_portfolio(request.account, identifier)
        products = [product for product in products if product.id in portfolio.products]
    matches = filter_products(products, params)
    return {"ProductViewDetails": [product_view_detail(product, request.region) for product in matches]}


_SORT_KEYS: dict[str, Callable[[Product], Any]] = {
    "Title": lambda product: product.view["Name"].lower(),
    "VersionCount": lambda product: len(product.artifacts),
    "CreationDate": lambda product: product.created,
}


def filter_products(products: Iterable[Product], params: Params) -> list[Product]:
    """Return the products that match the request's filters, sorted as it demands, by default by title."""
    matches = [product for product in products if _matches(product, params.get("Filters") or {})]
    return sorted(
        matches, key=_SORT_KEYS[params.get("SortBy", "Title")], reverse=params.get("SortOrder") == "DESCENDING"
    )


def _matches(product: Product, filters: dict[str, list[str]]) -> bool:
    if unknown := set(filters) - {"FullTextSearch", "Owner"}:
        raise invalid(f"The embedded AWS does not filter products by {', '.join(sorted(unknown))}.")
    text = " ".join(product.view.values()).lower()
    search_terms = filters.get("FullTextSearch") or [""]
    owners = filters.get("Owner") or [product.view.get("Owner", "")]
    return any(term.lower() in text for term in search_terms) and product.view.get("Owner", "") in owners
