"""The end user's view: products that are shared with the account and granted to the principal.

https://docs.aws.amazon.com/servicecatalog/latest/userguide/end-user-console.html
"""

from typing import Any

from scripts.localaws.services.servicecatalog import constraints, tag_options, templates
from scripts.localaws.services.servicecatalog.access import LaunchPath, launch_paths
from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found
from scripts.localaws.services.servicecatalog.models import Artifact, Params, Product
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.products import filter_products
from scripts.localaws.services.servicecatalog.serialization import structure


@operation("SearchProducts", list_key="ProductViewSummaries")
def search_products(request: Request, params: Params) -> dict[str, Any]:
    """Return the accessible products, each once even if several portfolios contain it."""
    visible = {path.product.id: path.product for path in launch_paths(request.store, request.caller)}
    products = filter_products(visible.values(), params)
    return {"ProductViewSummaries": structure.each("ProductViewSummary", products), "ProductViewAggregations": {}}


@operation("DescribeProduct")
def describe_product(request: Request, params: Params) -> dict[str, Any]:
    """Return a product with its active versions and launch paths."""
    paths = paths_to(request, params)
    product = paths[0].product
    active = [version for version in product.artifacts.values() if version.active]
    return {
        "ProductViewSummary": structure("ProductViewSummary", product),
        "ProvisioningArtifacts": structure.each("ProvisioningArtifact", active),
        "LaunchPaths": [_path(path) for path in paths],
        "Budgets": [],
    }


@operation("ListLaunchPaths", list_key="LaunchPathSummaries")
def list_launch_paths(request: Request, params: Params) -> dict[str, Any]:
    """Return the launch paths: one for each portfolio with the product."""
    paths = paths_to(request, {"Id": params["ProductId"]})
    summaries = [{**_path(path), "ConstraintSummaries": _constraint_summaries(request, path)} for path in paths]
    return {"LaunchPathSummaries": [{**summary, "Tags": []} for summary in summaries]}


def _path(path: LaunchPath) -> dict[str, Any]:
    return {"Id": path.id, "Name": path.portfolio.details["DisplayName"]}


@operation("DescribeProvisioningParameters")
def describe_parameters(request: Request, params: Params) -> dict[str, Any]:
    """Return the inputs of a launch: parameters, TagOptions, constraints."""
    path = choose_path(request, params)
    version = choose_version(path.product, params)
    tag_values = tag_options.allowed_values(request.store, path)
    return {
        "ProvisioningArtifactParameters": templates.parameters(version.body),
        "ProvisioningArtifactOutputKeys": templates.outputs(version.body),
        "ProvisioningArtifactOutputs": templates.outputs(version.body),
        "ConstraintSummaries": _constraint_summaries(request, path),
        "TagOptions": [{"Key": key, "Values": values} for key, values in tag_values.items()],
        "UsageInstructions": [
            {"Type": key, "Value": value} for key, value in _instructions(request, path, version).items()
        ],
    }


def _instructions(request: Request, path: LaunchPath, version: Artifact) -> dict[str, str]:
    key = request.store, path.portfolio.id, path.product.id
    instructions = templates.usage_instructions(version.body, constraints.rules(*key))
    if role := constraints.launch_role(*key, request.account):
        instructions["launchAsRole"] = role
    instructions["tagUpdateOnProvisionedProduct"] = (
        "ALLOWED" if constraints.tag_updates_allowed(*key) else "NOT_ALLOWED"
    )
    return instructions


def _constraint_summaries(request: Request, path: LaunchPath) -> list[dict[str, str]]:
    product_constraints = constraints.constraints_on(request.store, path.portfolio.id, path.product.id)
    return [{"Type": constraint.kind, "Description": constraint.description} for constraint in product_constraints]


def paths_to(request: Request, params: Params, id_key: str = "Id", name_key: str = "Name") -> list[LaunchPath]:
    """Return the launch paths of the caller to the product; ResourceNotFoundException if there are none."""
    identifier, name = params.get(id_key), params.get(name_key)
    paths = [
        path
        for path in launch_paths(request.store, request.caller)
        if path.product.id == identifier or (identifier is None and path.product.view["Name"] == name)
    ]
    if not paths:
        raise not_found("Product", str(identifier or name))
    return paths


def choose_path(request: Request, params: Params) -> LaunchPath:
    """Return the launch path of a request; PathId or PathName is required if there are several."""
    paths = paths_to(request, params, "ProductId", "ProductName")
    identifier, name = params.get("PathId"), params.get("PathName")
    if not identifier and not name and len(paths) > 1:
        raise invalid("The product has several launch paths; name one with PathId.")
    for path in paths:
        if identifier in (None, path.id) and name in (None, path.portfolio.details["DisplayName"]):
            return path
    raise not_found("Launch path", str(identifier or name))


def choose_version(product: Product, params: Params) -> Artifact:
    """Return an active version by id or name; end users do not see inactive versions."""
    identifier, name = params.get("ProvisioningArtifactId"), params.get("ProvisioningArtifactName")
    for version in product.artifacts.values():
        if version.active and (version.id == identifier or (identifier is None and version.name == name)):
            return version
    raise not_found("Provisioning artifact", str(identifier or name))
