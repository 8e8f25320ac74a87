"""Versions (provisioning artifacts): the template is copied once and never changes.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProvisioningArtifact.html
"""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.servicecatalog import access, models, templates
from scripts.localaws.services.servicecatalog.exceptions import in_use, invalid, limit, not_found
from scripts.localaws.services.servicecatalog.models import Artifact, Params, Product, new_id, where
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure

_S3 = re.compile(r"(?:(?P<bucket>[a-z0-9.-]+?)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")


def new_artifact(request: Request, params: Params) -> Artifact:
    """Create a version with a copy of the template."""
    if params.get("Type", "CLOUD_FORMATION_TEMPLATE") != "CLOUD_FORMATION_TEMPLATE":
        raise invalid("The embedded AWS holds versions of type CLOUD_FORMATION_TEMPLATE.")
    body = _fetch(request, params.get("Info") or {})
    artifact = Artifact(new_id("pa"), params.get("Name", ""), params.get("Description", ""), body)
    templates.store_artifact(request.region, artifact)
    if not params.get("DisableTemplateValidation"):
        templates.validate(request, artifact)
    return artifact


def _fetch(request: Request, info: dict[str, str]) -> bytes:
    url = info.get("LoadTemplateFromURL")
    if not url or len(info) != 1:
        raise invalid("Info must hold LoadTemplateFromURL and nothing else.")
    location = _s3_object(url)
    try:
        s3 = context.client("s3", request.region, request.access_key)
        body: bytes = s3.get_object(**location)["Body"].read()
    except ClientError as error:
        raise invalid(f"The template at {url} cannot be read: {error.response['Error']['Message']}") from None
    return body


def _s3_object(url: str) -> dict[str, str]:
    """Return bucket, key and version of an S3 URL: virtual-hosted, path style, or this server's endpoint."""
    address = urlsplit(url)
    s3 = _S3.fullmatch(address.netloc)
    if not s3 and not url.startswith(context.endpoint()):
        raise invalid(f"{url} is not an address in Amazon S3.")
    path = unquote(address.path.lstrip("/"))
    bucket, _, key = (s3["bucket"], "", path) if s3 and s3["bucket"] else path.partition("/")
    version = parse_qs(address.query).get("versionId", [])
    return {"Bucket": bucket, "Key": key, **({"VersionId": version[0]} if version else {})}


@operation("CreateProvisioningArtifact", idempotency_key="IdempotencyToken")
def create_artifact(request: Request, params: Params) -> dict[str, Any]:
    """Add a version to a product, up to the quota."""
    product = request.store.own_product(request.account, params["ProductId"])
    if len(product.artifacts) >= models.VERSIONS_PER_PRODUCT:
        raise limit(f"A product holds at most {models.VERSIONS_PER_PRODUCT} versions; delete one that nobody uses.")
    artifact = new_artifact(request, params["Parameters"])
    product.artifacts[artifact.id] = artifact
    return _response(request, artifact)


@operation("UpdateProvisioningArtifact")
def update_artifact(request: Request, params: Params) -> dict[str, Any]:
    """Change name, description, Active or Guidance; the template never changes."""
    artifact = _artifact(
        request.store.own_product(request.account, params["ProductId"]), params["ProvisioningArtifactId"]
    )
    artifact.name = params.get("Name", artifact.name)
    artifact.description = params.get("Description", artifact.description)
    artifact.active = params.get("Active", artifact.active)
    artifact.guidance = params.get("Guidance", artifact.guidance)
    return _response(request, artifact)


@operation("DeleteProvisioningArtifact")
def delete_artifact(request: Request, params: Params) -> None:
    """Delete a version; an error for the last version and while a provisioned product uses it."""
    product = request.store.own_product(request.account, params["ProductId"])
    artifact = _artifact(product, params["ProvisioningArtifactId"])
    if len(product.artifacts) == 1:
        raise in_use(f"{artifact.id} is the last version of product {product.id}.")
    if where(request.store.provisioned_products, artifact=artifact.id):
        raise in_use(f"Version {artifact.id} is still provisioned.")
    del product.artifacts[artifact.id]


@operation("DescribeProvisioningArtifact")
def describe_artifact(request: Request, params: Params) -> dict[str, Any]:
    """Return the version, a presigned URL of its template and, on request, its parameters."""
    if identifier := params.get("ProductId"):
        product = access.accessible_product(request.store, request.account, identifier)
    else:
        product = request.store.product_by_id_or_name(request.account, params, name_key="ProductName")
    artifact = _artifact(product, params.get("ProvisioningArtifactId"), params.get("ProvisioningArtifactName"))
    response = _response(request, artifact)
    if params.get("IncludeProvisioningArtifactParameters"):
        response["ProvisioningArtifactParameters"] = templates.parameters(artifact.body)
    return response


@operation("ListProvisioningArtifacts")
def list_artifacts(request: Request, params: Params) -> dict[str, Any]:
    """Return the versions of one product."""
    product = access.accessible_product(request.store, request.account, params["ProductId"])
    return {"ProvisioningArtifactDetails": structure.each("ProvisioningArtifactDetail", product.artifacts.values())}


def _artifact(product: Product, identifier: str | None, name: str | None = None) -> Artifact:
    for artifact in product.artifacts.values():
        if artifact.id == identifier or (identifier is None and artifact.name == name):
            return artifact
    raise not_found("Provisioning artifact", str(identifier or name))


def _response(request: Request, artifact: Artifact) -> dict[str, Any]:
    url = templates.presigned_url(request.region, artifact.id)
    detail = structure("ProvisioningArtifactDetail", artifact)
    return {"ProvisioningArtifactDetail": detail, "Info": {"TemplateUrl": url}, "Status": "AVAILABLE"}
