"""Published versions in the hub (provisioning artifacts): read the template, retire, delete."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING
from urllib.error import URLError

from botocore.exceptions import ClientError

from generators.aws.errors import REFUSED, code, translate_errors
from generators.catalog.hub import Hub
from generators.errors import UserError
from generators.release.version import Version

if TYPE_CHECKING:
    from types_boto3_servicecatalog.type_defs import DescribeProvisioningArtifactOutputTypeDef

_TIMEOUT = 30  # seconds


def template(hub: Hub, product: str, version: Version) -> bytes:
    """The template that a launch of this version uses.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningArtifact.html
    """
    url = _describe(hub, product, version)["Info"]["TemplateUrl"]
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as response:  # noqa: S310 - a URL that AWS signed
            body: bytes = response.read()
    except URLError as error:
        raise UserError(f"hub ({hub.region}): the template of {product} {version}: {error}", REFUSED) from None
    return body


def retire(hub: Hub, product: str, version: Version) -> bool:
    """Prevent further launches; provisioned products stay. False when the version was already retired."""
    detail = _describe(hub, product, version)["ProvisioningArtifactDetail"]
    if not detail["Active"] and detail.get("Guidance") == "DEPRECATED":
        return False
    with translate_errors(f"hub ({hub.region})"):
        hub.writer.update_provisioning_artifact(
            ProductId=hub.products[product],
            ProvisioningArtifactId=detail["Id"],
            Active=False,
            Guidance="DEPRECATED",
        )
    return True


def delete(hub: Hub, product: str, version: Version) -> None:
    """Delete the version; AWS refuses while a provisioned product uses it."""
    detail = _describe(hub, product, version)["ProvisioningArtifactDetail"]
    with translate_errors(f"hub ({hub.region})"):
        hub.writer.delete_provisioning_artifact(ProductId=hub.products[product], ProvisioningArtifactId=detail["Id"])


def _describe(hub: Hub, product: str, version: Version) -> DescribeProvisioningArtifactOutputTypeDef:
    with translate_errors(f"hub ({hub.region})"):
        try:
            return hub.catalog.describe_provisioning_artifact(
                ProductId=hub.products[product], ProvisioningArtifactName=str(version)
            )
        except (ClientError, KeyError) as error:
            if isinstance(error, ClientError) and code(error) != "ResourceNotFoundException":
                raise
            raise UserError(f"hub ({hub.region}): holds no {product} {version}; nothing to do there") from None
