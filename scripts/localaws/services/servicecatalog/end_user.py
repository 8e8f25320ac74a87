"""What an end user sees: products that are shared with the account and granted to the principal.

https://docs.aws.amazon.com/servicecatalog/latest/userguide/end-user-console.html
"""

from typing import Any

from scripts.localaws.services.servicecatalog import constraints, serialization, tag_options, templates
from scripts.localaws.services.servicecatalog.access import Path, paths
from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found
from scripts.localaws.services.servicecatalog.models import Artifact, Params, Product
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.products import searched


@operation("SearchProducts", paged="ProductViewSummaries")
def search_products(request: Request, params: Params) -> dict[str, Any]:
    """Each product once, whatever number of portfolios bring it."""
    visible = {path.product.id: path.product for path in paths(request.store, request.caller)}
    found = searched(visible.values(), params)
    return {"ProductViewSummaries": [serialization.summary(it) for it in found], "ProductViewAggregations": {}}


@operation("DescribeProduct")
def describe_product(request: Request, params: Params) -> dict[str, Any]:
    """With its active versions and the paths to launch it."""
    ways = paths_to(request, params)
    product = ways[0].product
    shown = [{**serialization.artifact(it), "Guidance": it.guidance} for it in product.artifacts.values() if it.active]
    return {
        "ProductViewSummary": serialization.summary(product),
        "ProvisioningArtifacts": shown,
        "LaunchPaths": [{"Id": way.id, "Name": way.portfolio.details["DisplayName"]} for way in ways],
        "Budgets": [],
    }


@operation("DescribeProductView")
def describe_product_view(request: Request, params: Params) -> dict[str, Any]:
    """By the id of its view."""
    answer = describe_product(request, {"Id": "prod-" + params["Id"].removeprefix("prodview-")})
    return {key: answer[key] for key in ("ProductViewSummary", "ProvisioningArtifacts")}


@operation("ListLaunchPaths", paged="LaunchPathSummaries")
def list_launch_paths(request: Request, params: Params) -> dict[str, Any]:
    """One for each portfolio that brings the product."""
    return {
        "LaunchPathSummaries": [
            {
                "Id": way.id,
                "Name": way.portfolio.details["DisplayName"],
                "ConstraintSummaries": _constraints(request, way),
                "Tags": [],
            }
            for way in paths_to(request, {"Id": params["ProductId"]})
        ]
    }


@operation("DescribeProvisioningParameters")
def describe_parameters(request: Request, params: Params) -> dict[str, Any]:
    """What a launch asks: parameters, TagOptions, constraints."""
    way = choose_path(request, params)
    it = choose_version(way.product, params)
    offered = tag_options.offered(request.store, way)
    return {
        "ProvisioningArtifactParameters": templates.parameters(it.body),
        "ProvisioningArtifactOutputKeys": templates.outputs(it.body),
        "ProvisioningArtifactOutputs": templates.outputs(it.body),
        "ConstraintSummaries": _constraints(request, way),
        "TagOptions": [{"Key": key, "Values": values} for key, values in offered.items()],
        "UsageInstructions": [{"Type": key, "Value": told} for key, told in _instructions(request, way, it).items()],
    }


def _instructions(request: Request, way: Path, it: Artifact) -> dict[str, str]:
    where = request.store, way.portfolio.id, way.product.id
    told = templates.instructions(it.body, constraints.rules(*where))
    if role := constraints.launch_role(*where, request.account):
        told["launchAsRole"] = role
    told["tagUpdateOnProvisionedProduct"] = "ALLOWED" if constraints.tags_may_change(*where) else "NOT_ALLOWED"
    return told


def _constraints(request: Request, way: Path) -> list[dict[str, str]]:
    found = constraints.of(request.store, way.portfolio.id, way.product.id)
    return [{"Type": it.kind, "Description": it.description} for it in found]


def paths_to(request: Request, params: Params, id_key: str = "Id", name_key: str = "Name") -> list[Path]:
    """Every path of the caller to the product; ResourceNotFoundException without one."""
    identifier, name = params.get(id_key), params.get(name_key)
    ways = [
        way
        for way in paths(request.store, request.caller)
        if way.product.id == identifier or (identifier is None and way.product.view["Name"] == name)
    ]
    if not ways:
        raise not_found("Product", str(identifier or name))
    return ways


def choose_path(request: Request, params: Params) -> Path:
    """The path a request means; it must say so when there are several."""
    ways = paths_to(request, params, "ProductId", "ProductName")
    wanted, name = params.get("PathId"), params.get("PathName")
    if not wanted and not name and len(ways) > 1:
        raise invalid("The product has several launch paths; name one with PathId.")
    for way in ways:
        if wanted in (None, way.id) and name in (None, way.portfolio.details["DisplayName"]):
            return way
    raise not_found("Launch path", str(wanted or name))


def choose_version(product: Product, params: Params) -> Artifact:
    """An active version by id or name; inactive ones are invisible to end users."""
    identifier, name = params.get("ProvisioningArtifactId"), params.get("ProvisioningArtifactName")
    for it in product.artifacts.values():
        if it.active and (it.id == identifier or (identifier is None and it.name == name)):
            return it
    raise not_found("Provisioning artifact", str(identifier or name))
