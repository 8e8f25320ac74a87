"""One published version in the hub: its template as Service Catalog hands it out, its retirement, its end."""

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

_PATIENCE = 30  # seconds


def template(hub: Hub, product: str, version: Version) -> bytes:
    """The bytes that a launch of this version uses.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningArtifact.html
    """
    url = _described(hub, product, version)["Info"]["TemplateUrl"]
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310 - an address that AWS signed
            body: bytes = answer.read()
    except URLError as error:
        raise UserError(f"hub ({hub.region}): the template of {product} {version}: {error}", REFUSED) from None
    return body


def retire(hub: Hub, product: str, version: Version) -> bool:
    """Nobody can launch it any more, who runs it goes on; False when it was so already."""
    detail = _described(hub, product, version)["ProvisioningArtifactDetail"]
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
    """Gone from the catalogue; AWS refuses while somebody runs it."""
    detail = _described(hub, product, version)["ProvisioningArtifactDetail"]
    with translate_errors(f"hub ({hub.region})"):
        hub.writer.delete_provisioning_artifact(ProductId=hub.products[product], ProvisioningArtifactId=detail["Id"])


def _described(hub: Hub, product: str, version: Version) -> DescribeProvisioningArtifactOutputTypeDef:
    with translate_errors(f"hub ({hub.region})"):
        try:
            return hub.catalog.describe_provisioning_artifact(
                ProductId=hub.products[product], ProvisioningArtifactName=str(version)
            )
        except (ClientError, KeyError) as error:
            if isinstance(error, ClientError) and code(error) != "ResourceNotFoundException":
                raise
            raise UserError(f"hub ({hub.region}): holds no {product} {version}; nothing to do there") from None
