"""Provisioned products and their records, as their users read them.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html
"""

from typing import Any

from moto.core.utils import get_service_model

from scripts.localaws.services.servicecatalog import serialization
from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found
from scripts.localaws.services.servicecatalog.launches import owned
from scripts.localaws.services.servicecatalog.models import Params, Provisioned, Record
from scripts.localaws.services.servicecatalog.operations import Request, operation


def _visible(request: Request, params: Params) -> list[Provisioned]:
    own = [it for it in request.store.provisioned.values() if it.account == request.account]
    return [it for it in own if _within(request, params, it.caller_arn, it.session_arn)]


def _within(request: Request, params: Params, role_arn: str, session_arn: str) -> bool:
    """AccessLevelFilter: the whole account, the caller's role, or (as without one) the caller's own.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AccessLevelFilter.html
    """
    asked = params.get("AccessLevelFilter") or {"Key": "User", "Value": "self"}
    if asked["Value"] != "self":
        raise invalid("The embedded AWS filters access levels by self only.")
    who = request.caller
    return {
        "Account": True,
        "Role": role_arn == (who.role_arn or who.arn),
        "User": session_arn == who.arn,
    }[asked["Key"]]


@operation("SearchProvisionedProducts", paged="ProvisionedProducts")
def search(request: Request, params: Params) -> dict[str, Any]:
    """With names; SearchQuery takes key:value of id, name, product, version or status."""
    rows = [_attribute(request, it) for it in _visible(request, params)]
    for query in (params.get("Filters") or {}).get("SearchQuery", []):
        rows = [row for row in rows if _matches(row, query)]
    if by := params.get("SortBy"):
        rows.sort(key=lambda row: str(row.get(_column(by), "")), reverse=params.get("SortOrder") == "DESCENDING")
    return {"ProvisionedProducts": rows, "TotalResultsCount": len(rows)}


def _column(key: str) -> str:
    """A search's key, such as productName, as the reply spells it."""
    shape = get_service_model("servicecatalog").shape_for("ProvisionedProductAttribute")
    names = {name.lower(): str(name) for name in shape.members}
    if key.lower() not in names or key.lower() == "tags":
        raise invalid(f"The embedded AWS does not search provisioned products by {key}.")
    return names[key.lower()]


def _attribute(request: Request, it: Provisioned) -> dict[str, Any]:
    product = request.store.products[it.product]
    return serialization.attribute(it, request.region, product.view["Name"], product.artifacts[it.artifact].name)


def _matches(row: dict[str, Any], query: str) -> bool:
    key, _, value = query.partition(":")
    if not value:
        return query.lower() in str(row["Name"]).lower()
    return str(row.get(_column(key), "")).lower() == value.lower()


@operation("ScanProvisionedProducts", paged="ProvisionedProducts")
def scan(request: Request, params: Params) -> dict[str, Any]:
    """Details alone."""
    return {"ProvisionedProducts": [serialization.provisioned(it, request.region) for it in _visible(request, params)]}


@operation("DescribeProvisionedProduct")
def describe(request: Request, params: Params) -> dict[str, Any]:
    """By id or name."""
    it = owned(request, params, "Id", "Name")
    return {"ProvisionedProductDetail": serialization.provisioned(it, request.region), "CloudWatchDashboards": []}


@operation("GetProvisionedProductOutputs", paged="Outputs")
def outputs(request: Request, params: Params) -> dict[str, Any]:
    """Of the last request that succeeded."""
    it = owned(request, params)
    record = request.store.records.get(it.last_success)
    wanted = params.get("OutputKeys")
    found = [row for row in (record.outputs if record else []) if not wanted or row["OutputKey"] in wanted]
    return {"Outputs": found}


@operation("DescribeRecord")
def describe_record(request: Request, params: Params) -> dict[str, Any]:
    """How a request stands, and what it gave."""
    record = request.store.records.get(params["Id"])
    if record is None or record.account != request.account:
        raise not_found("Record", params["Id"])
    return {"RecordDetail": serialization.record(record), "RecordOutputs": record.outputs}


@operation("ListRecordHistory", paged="RecordDetails")
def history(request: Request, params: Params) -> dict[str, Any]:
    """Newest first; SearchFilter takes a product or a provisioned product."""
    own = [it for it in request.store.records.values() if it.account == request.account]
    shown = [it for it in own if _within(request, params, _role(it), it.caller_arn) and _searched(it, params)]
    return {"RecordDetails": [serialization.record(it) for it in reversed(shown)]}


def _role(it: Record) -> str:
    """assumed-role/NAME/SESSION -> the role's ARN."""
    account, name = it.caller_arn.split(":")[4], it.caller_arn.split("/")[1]
    return f"arn:aws:iam::{account}:role/{name}" if ":assumed-role/" in it.caller_arn else it.caller_arn


def _searched(it: Record, params: Params) -> bool:
    asked = params.get("SearchFilter") or {}
    keys = {"product": it.product, "provisionedproduct": it.provisioned}
    return not asked or keys.get(asked["Key"]) == asked["Value"]
