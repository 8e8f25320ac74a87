"""Versions (provisioning artifacts): the template is copied once and never changes.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProvisioningArtifact.html
"""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.servicecatalog import access, serialization, templates
from scripts.localaws.services.servicecatalog.exceptions import in_use, invalid, limit, not_found
from scripts.localaws.services.servicecatalog.models import VERSIONS_PER_PRODUCT, Artifact, Params, Product, new_id
from scripts.localaws.services.servicecatalog.operations import Request, operation

_S3 = re.compile(r"(?:(?P<bucket>[a-z0-9.-]+?)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")


def new_artifact(request: Request, params: Params) -> Artifact:
    """Copies the template's bytes as they are now."""
    if params.get("Type", "CLOUD_FORMATION_TEMPLATE") != "CLOUD_FORMATION_TEMPLATE":
        raise invalid("The embedded AWS holds versions of type CLOUD_FORMATION_TEMPLATE.")
    body = _fetch(request, params.get("Info") or {})
    it = Artifact(new_id("pa"), params.get("Name", ""), params.get("Description", ""), body)
    templates.keep(request.region, it)
    if not params.get("DisableTemplateValidation"):
        templates.validate(request, it)
    return it


def _fetch(request: Request, info: dict[str, str]) -> bytes:
    url = info.get("LoadTemplateFromURL")
    if not url or len(info) != 1:
        raise invalid("Info must hold LoadTemplateFromURL and nothing else.")
    where = _located(url)
    try:
        s3 = context.client("s3", request.region, request.access_key)
        body: bytes = s3.get_object(**where)["Body"].read()
    except ClientError as refused:
        raise invalid(f"The template at {url} cannot be read: {refused.response['Error']['Message']}") from None
    return body


def _located(url: str) -> dict[str, str]:
    """Bucket, key and version of an S3 address: virtual-hosted, path style, or this server's own."""
    address = urlsplit(url)
    s3 = _S3.fullmatch(address.netloc)
    if not s3 and not url.startswith(context.endpoint()):
        raise invalid(f"{url} is not an address in Amazon S3.")
    path = unquote(address.path.lstrip("/"))
    bucket, _, key = (s3["bucket"], "", path) if s3 and s3["bucket"] else path.partition("/")
    version = parse_qs(address.query).get("versionId", [])
    return {"Bucket": bucket, "Key": key, **({"VersionId": version[0]} if version else {})}


@operation("CreateProvisioningArtifact", once="IdempotencyToken")
def create_artifact(request: Request, params: Params) -> dict[str, Any]:
    """One version more, up to the quota."""
    product = request.store.own_product(request.account, params["ProductId"])
    if len(product.artifacts) >= VERSIONS_PER_PRODUCT:
        raise limit(f"A product holds at most {VERSIONS_PER_PRODUCT} versions; delete one that nobody uses.")
    it = new_artifact(request, params["Parameters"])
    product.artifacts[it.id] = it
    return {
        "ProvisioningArtifactDetail": serialization.artifact_detail(it),
        "Info": _info(request, it),
        "Status": "AVAILABLE",
    }


@operation("UpdateProvisioningArtifact")
def update_artifact(request: Request, params: Params) -> dict[str, Any]:
    """Name, words, Active and Guidance change; the template never does."""
    it = _artifact(request.store.own_product(request.account, params["ProductId"]), params["ProvisioningArtifactId"])
    it.name = params.get("Name", it.name)
    it.description = params.get("Description", it.description)
    it.active = params.get("Active", it.active)
    it.guidance = params.get("Guidance", it.guidance)
    return {
        "ProvisioningArtifactDetail": serialization.artifact_detail(it),
        "Info": _info(request, it),
        "Status": "AVAILABLE",
    }


@operation("DeleteProvisioningArtifact")
def delete_artifact(request: Request, params: Params) -> None:
    """Refused for the last version and while somebody's launch uses it."""
    product = request.store.own_product(request.account, params["ProductId"])
    it = _artifact(product, params["ProvisioningArtifactId"])
    if len(product.artifacts) == 1:
        raise in_use(f"{it.id} is the last version of product {product.id}.")
    if any(used.artifact == it.id for used in request.store.provisioned.values()):
        raise in_use(f"Version {it.id} is still provisioned.")
    del product.artifacts[it.id]


@operation("DescribeProvisioningArtifact")
def describe_artifact(request: Request, params: Params) -> dict[str, Any]:
    """The version, an address where its bytes can be read, and on demand its parameters."""
    if identifier := params.get("ProductId"):
        product = access.readable(request.store, request.account, identifier)
    else:
        product = request.store.product_named(request.account, params, name_key="ProductName")
    it = _artifact(product, params.get("ProvisioningArtifactId"), params.get("ProvisioningArtifactName"))
    answer: dict[str, Any] = {
        "ProvisioningArtifactDetail": serialization.artifact_detail(it),
        "Info": _info(request, it),
        "Status": "AVAILABLE",
    }
    if params.get("IncludeProvisioningArtifactParameters"):
        answer["ProvisioningArtifactParameters"] = templates.parameters(it.body)
    return answer


@operation("ListProvisioningArtifacts")
def list_artifacts(request: Request, params: Params) -> dict[str, Any]:
    """Every version of one product."""
    product = access.readable(request.store, request.account, params["ProductId"])
    return {"ProvisioningArtifactDetails": [serialization.artifact_detail(it) for it in product.artifacts.values()]}


def _artifact(product: Product, identifier: str | None, name: str | None = None) -> Artifact:
    for it in product.artifacts.values():
        if it.id == identifier or (identifier is None and it.name == name):
            return it
    raise not_found("Provisioning artifact", str(identifier or name))


def _info(request: Request, it: Artifact) -> dict[str, str]:
    return {"TemplateUrl": templates.address(request.region, it.id)}
