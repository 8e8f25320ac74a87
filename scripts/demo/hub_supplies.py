"""Supplies of the hub for training: approved packages in its index, and images in its registry."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, DemoState

_BASE, _BASE_TAG = "mlops/base", "python-3.11.13-slim-bookworm"
_IMAGES = ("processing", "training", "inference")
_MEDIA = "application/vnd.oci.image"
_TIMEOUT = 300.0  # seconds of a build


def fill_package_index(_: DemoState) -> str:
    """The release role copies the allow-list from quarantine; what is not on it is not in the index."""
    commands.catalog("packages", "sync")
    index = aws_reader.client("codeartifact", HUB)
    pages = index.get_paginator("list_packages").paginate(domain="mlops", repository="approved-packages")
    names = [row["package"] for page in pages for row in page["packages"]]
    require("pandas" in names, f"the index has {len(names)} packages and not pandas")
    return f"{len(names)} approved packages in the index of the hub"


def build_images(_: DemoState) -> str:
    """An operator mirrors the base image; the image factory builds and publishes what jobs run; the hub hands it on."""
    _push_base_image()
    builds = aws_reader.client("codebuild", HUB)
    ids = [builds.start_build(projectName=f"mlops-image-{image}")["build"]["id"] for image in _IMAGES]
    deadline = time.monotonic() + _TIMEOUT
    while True:
        described = builds.batch_get_builds(ids=ids)["builds"]
        if all(build["buildComplete"] for build in described):
            break
        require(time.monotonic() < deadline, f"the images are not built after {_TIMEOUT:.0f} seconds")
        time.sleep(0.2)
    failed = [f"{build['id']}: {_reason(build)}" for build in described if build["buildStatus"] != "SUCCEEDED"]
    require(not failed, f"builds of images: {'; '.join(failed)}")
    commands.vend("apply", "hub")
    return f"{', '.join(_IMAGES)} in the registry, by digest in the contracts"


def _reason(build: dict[str, Any]) -> str:
    failed = [phase for phase in build["phases"] if phase["phaseStatus"] != "SUCCEEDED"]
    return str(failed[0]["contexts"][0]["message"]) if failed and failed[0].get("contexts") else "no reason"


def _push_base_image() -> None:
    """Push the image that the Dockerfiles start from, as `docker pull`, `docker tag` and `docker push` do."""
    ecr = aws_reader.client("ecr", HUB)
    config = json.dumps(
        {"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]}}
    )
    digest = f"sha256:{hashlib.sha256(config.encode()).hexdigest()}"
    upload = ecr.initiate_layer_upload(repositoryName=_BASE)["uploadId"]
    part = {"partFirstByte": 0, "partLastByte": len(config) - 1, "layerPartBlob": config.encode()}
    ecr.upload_layer_part(repositoryName=_BASE, uploadId=upload, **part)
    ecr.complete_layer_upload(repositoryName=_BASE, uploadId=upload, layerDigests=[digest])
    descriptor = {"mediaType": f"{_MEDIA}.config.v1+json", "digest": digest, "size": len(config)}
    manifest = {"schemaVersion": 2, "mediaType": f"{_MEDIA}.manifest.v1+json", "config": descriptor, "layers": []}
    ecr.put_image(repositoryName=_BASE, imageManifest=json.dumps(manifest), imageTag=_BASE_TAG)
