"""Operations of ECR that moto does not answer. A handler that returns None lets moto answer.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
"""

import json
from typing import Any

from moto.ecr.models import ecr_backends

from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.ecr import layers


def _stored_layers(store: Store, params: Record) -> set[str]:
    """The digests of the repository's layers. Raises moto's RepositoryNotFoundException."""
    backend = ecr_backends[store.account][store.region]
    return set(backend._get_repository(params["repositoryName"], params.get("registryId")).layers)


def _put_image(store: Store, params: Record, _: Any) -> None:
    """Refuse a manifest with layers or a configuration that nobody has uploaded."""
    stored = _stored_layers(store, params)
    try:
        manifest = json.loads(params["imageManifest"])
        digests = [part["digest"] for part in (manifest["config"], *manifest["layers"])]
    except (ValueError, KeyError, TypeError):
        message = "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"
        raise AwsError("InvalidParameterException", message) from None
    if missing := sorted(set(digests) - stored):
        message = f"Layers with digests '{missing}' required for pushing image into repository with name "
        message += f"'{params['repositoryName']}' in the registry with id '{store.account}' do not exist"
        raise AwsError("LayersNotFoundException", message)


def _get_download_url_for_layer(store: Store, params: Record, _: Any) -> Record:
    digest = params["layerDigest"]
    if digest not in _stored_layers(store, params):
        message = f"Layer digest '{digest}' could not be found in the repository with name '{params['repositoryName']}'"
        raise AwsError("LayersNotFoundException", f"{message} in the registry with id '{store.account}'")
    return {"downloadUrl": layers.download_url(digest), "layerDigest": digest}


def _describe_scan_findings(store: Store, params: Record, _: Any) -> Record:
    """A scan on push is complete at once and has found nothing. Other scans do not exist.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html
    """
    backend, name = ecr_backends[store.account][store.region], params["repositoryName"]
    repository = backend._get_repository(name, params.get("registryId"))
    image = repository._get_image(params["imageId"].get("imageTag"), params["imageId"].get("imageDigest"))
    if not (repository.image_scanning_configuration or {}).get("scanOnPush"):
        message = f"Image scan does not exist for the image with '{params['imageId']}' in the repository '{name}'"
        raise AwsError("ScanNotFoundException", message)
    return {
        "registryId": store.account,
        "repositoryName": name,
        "imageId": {"imageDigest": image.get_image_digest()},
        "imageScanStatus": {"status": "COMPLETE"},
        "imageScanFindings": {"findings": [], "findingSeverityCounts": {}, "imageScanCompletedAt": clock.now()},
    }


HANDLERS: Handlers = {
    ("ecr", "DescribeImageScanFindings"): _describe_scan_findings,
    ("ecr", "PutImage"): _put_image,
    ("ecr", "GetDownloadUrlForLayer"): _get_download_url_for_layer,
}
