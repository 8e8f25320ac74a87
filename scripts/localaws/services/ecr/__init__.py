"""Amazon ECR: moto keeps repositories and images; the content of layers is kept here, and digests are those of OCI.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
https://github.com/opencontainers/image-spec/blob/main/descriptor.md
"""

import functools
import hashlib
from typing import Any


def install() -> None:
    """Keep the content of each uploaded layer, and make an image's digest that of its manifest."""
    from moto.ecr.models import ECRBackend, Image

    from scripts.localaws.services.ecr import layers

    complete_in_moto = ECRBackend.complete_layer_upload

    @functools.wraps(complete_in_moto)
    def complete_layer_upload(self: Any, repository_name: str, upload_id: str, *args: Any, **kwargs: Any) -> Any:
        uploads = self._get_repository(repository_name, kwargs.get("registry_id")).uploads
        content = bytes(uploads[upload_id].layer_parts) if upload_id in uploads else b""
        answer = complete_in_moto(self, repository_name, upload_id, *args, **kwargs)
        layers.keep(answer["layerDigest"], content)
        return answer

    def create_digest(self: Any) -> None:
        self._image_digest = f"sha256:{hashlib.sha256(self.image_manifest.encode()).hexdigest()}"

    ECRBackend.complete_layer_upload = complete_layer_upload
    Image._create_digest = create_digest
