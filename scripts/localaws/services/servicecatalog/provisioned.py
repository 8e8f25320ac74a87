"""Provisioned products and their records: search and description.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html
"""

from typing import Any

from moto.core.utils import get_service_model

from scripts.localaws.services.servicecatalog.exceptions import invalid
from scripts.localaws.services.servicecatalog.launches import own_provisioned_product
from scripts.localaws.services.servicecatalog.models import Params, ProvisionedProduct, Record, owned, where
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure


def _visible(request: Request, params: Params) -> list[ProvisionedProduct]:
    return [
        product
        for product in where(request.store.provisioned_products, account=request.account)
        if matches_access_level(request, params, product.caller_arn, product.session_arn)
    ]


def matches_access_level(request: Request, params: Params, role_arn: str, session_arn: str) -> bool:
    """Return whether the AccessLevelFilter (account, role, or by default user) includes the resource.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AccessLevelFilter.html
    """
    level = params.get("AccessLevelFilter") or {"Key": "User", "Value": "self"}
    if level["Value"] != "self":
        raise invalid("The embedded AWS filters access levels by self only.")
    caller = request.caller
    return {
        "Account": True,
        "Role": role_arn == (caller.role_arn or caller.arn),
        "User": session_arn == caller.arn,
    }[level["Key"]]


@operation("SearchProvisionedProducts", list_key="ProvisionedProducts")
def search(request: Request, params: Params) -> dict[str, Any]:
    """Return matching provisioned products with names; SearchQuery is text or key:value, for example status:ERROR."""
    attribute_list = [_attribute(request, provisioned_product) for provisioned_product in _visible(request, params)]
    for query in (params.get("Filters") or {}).get("SearchQuery", []):
        attribute_list = [attributes for attributes in attribute_list if _matches(attributes, query)]
    if sort_key := params.get("SortBy"):
        attribute_list.sort(
            key=lambda attributes: str(attributes.get(_column(sort_key), "")),
            reverse=params.get("SortOrder") == "DESCENDING",
        )
    return {"ProvisionedProducts": attribute_list, "TotalResultsCount": len(attribute_list)}


def _column(key: str) -> str:
    """Return the name in the response for a key of a search, for example ProductName for productName."""
    shape = get_service_model("servicecatalog").shape_for("ProvisionedProductAttribute")
    names = {name.lower(): str(name) for name in shape.members}
    if key.lower() not in names or key.lower() == "tags":
        raise invalid(f"The embedded AWS does not search provisioned products by {key}.")
    return names[key.lower()]


def _attribute(request: Request, provisioned_product: ProvisionedProduct) -> dict[str, Any]:
    product = request.store.products[provisioned_product.product]
    names = {
        "ProductName": product.view["Name"],
        "ProvisioningArtifactName": product.artifacts[provisioned_product.artifact].name,
    }
    return {**structure("ProvisionedProductAttribute", provisioned_product, region=request.region), **names}


def _matches(attributes: dict[str, Any], query: str) -> bool:
    key, _, value = query.partition(":")
    if not value:
        return query.lower() in str(attributes["Name"]).lower()
    return str(attributes.get(_column(key), "")).lower() == value.lower()


@operation("ScanProvisionedProducts", list_key="ProvisionedProducts")
def scan(request: Request, params: Params) -> dict[str, Any]:
    """Return the details of the provisioned products."""
    products = _visible(request, params)
    return {"ProvisionedProducts": structure.each("ProvisionedProductDetail", products, region=request.region)}


@operation("DescribeProvisionedProduct")
def describe(request: Request, params: Params) -> dict[str, Any]:
    """Return a provisioned product by id or name."""
    provisioned_product = own_provisioned_product(request, params, "Id", "Name")
    detail = structure("ProvisionedProductDetail", provisioned_product, region=request.region)
    return {"ProvisionedProductDetail": detail, "CloudWatchDashboards": []}


@operation("GetProvisionedProductOutputs", list_key="Outputs")
def outputs(request: Request, params: Params) -> dict[str, Any]:
    """Return the outputs of the last request that succeeded."""
    provisioned_product = own_provisioned_product(request, params)
    record = request.store.records.get(provisioned_product.last_success)
    keys = params.get("OutputKeys")
    outputs = [output for output in (record.outputs if record else []) if not keys or output["OutputKey"] in keys]
    return {"Outputs": outputs}


@operation("DescribeRecord")
def describe_record(request: Request, params: Params) -> dict[str, Any]:
    """Return a record with its status and outputs."""
    record = owned(request.store.records, "Record", request.account, params["Id"])
    return {"RecordDetail": structure("RecordDetail", record), "RecordOutputs": record.outputs}


@operation("ListRecordHistory", list_key="RecordDetails")
def history(request: Request, params: Params) -> dict[str, Any]:
    """Return records, newest first; SearchFilter selects a product or a provisioned product."""
    matches = [
        record
        for record in where(request.store.records, account=request.account)
        if matches_access_level(request, params, _role(record), record.caller_arn)
        and _matches_search_filter(record, params)
    ]
    return {"RecordDetails": [structure("RecordDetail", record) for record in reversed(matches)]}


def _role(record: Record) -> str:
    """Return the ARN of the role for a session ARN (assumed-role/NAME/SESSION)."""
    account, name = record.caller_arn.split(":")[4], record.caller_arn.split("/")[1]
    return f"arn:aws:iam::{account}:role/{name}" if ":assumed-role/" in record.caller_arn else record.caller_arn


def _matches_search_filter(record: Record, params: Params) -> bool:
    search_filter = params.get("SearchFilter") or {}
    ids = {"product": record.product, "provisionedproduct": record.provisioned_product}
    return not search_filter or ids.get(search_filter["Key"]) == search_filter["Value"]
