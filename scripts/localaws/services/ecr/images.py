"""Images between a Dockerfile, a registry and a folder: build, push and pull through ECR's own operations.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
https://github.com/opencontainers/image-spec/blob/main/manifest.md
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.localaws.services.ecr.dockerfile import Build, File, interpret

_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<repository>[a-z0-9/_.-]+?)"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[\w.-]+))?"
)
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_PART = 10 * 2**20  # bytes; at most 20 MiB in one UploadLayerPart
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the user's proxy is not for loopback


class ImageError(Exception):
    """An image that does not exist or that may not be pulled."""


class MachineError(Exception):
    """This machine cannot run an image; the message says why, and what to do."""


@dataclass(frozen=True)
class Reference:
    """The parts of an image's address in ECR; `id` is an ImageIdentifier of the API."""

    account: str
    region: str
    repository: str
    id: Mapping[str, str]


def parse(uri: str) -> Reference:
    """The parts of an address. Raises ImageError unless it is one of ECR."""
    match = _URI.fullmatch(uri)
    if match is None:
        raise ImageError(f"{uri} is no image of Amazon ECR")
    id = {"imageDigest": match["digest"]} if match["digest"] else {"imageTag": match["tag"] or "latest"}
    return Reference(match["account"], match["region"], match["repository"], id)


@dataclass(frozen=True)
class Image:
    """A pulled image: digest, `config` of its OCI configuration, descriptors of its layers, and who pulls them."""

    digest: str
    config: Mapping[str, Any]
    layers: tuple[Mapping[str, Any], ...]
    reference: Reference
    client: Any

    def unpack(self, folder: Path) -> None:
        """Write the files of all layers below the folder, which is made."""
        folder.mkdir(exist_ok=True)
        for layer in self.layers:
            with self._archive(layer) as archive:
                archive.extractall(folder, filter="tar")

    def file(self, path: str) -> File | None:
        """A file of the uppermost layer that has it."""
        for layer in reversed(self.layers):
            with self._archive(layer) as archive:
                if path.lstrip("/") in archive.getnames() and (content := archive.extractfile(path.lstrip("/"))):
                    return File(content.read(), archive.getmember(path.lstrip("/")).mode)
        return None

    def _archive(self, layer: Mapping[str, Any]) -> tarfile.TarFile:
        return tarfile.open(fileobj=io.BytesIO(_download(self.client, self.reference, layer["digest"])))


def pull(client: Any, uri: str) -> Image:
    """The image at the address; its layers stay in the registry. Raises ImageError, and ClientError for a denial."""
    reference = parse(uri)
    client.get_authorization_token()
    location = {"registryId": reference.account, "repositoryName": reference.repository}
    answer = client.batch_get_image(**location, imageIds=[reference.id])
    if not answer["images"]:
        raise ImageError(f"{uri}: {answer['failures'][0]['failureReason']}")
    image = answer["images"][0]
    manifest = json.loads(image["imageManifest"])
    digests = [part["digest"] for part in (manifest["config"], *manifest["layers"])]
    client.batch_check_layer_availability(**location, layerDigests=digests)
    config = json.loads(_download(client, reference, manifest["config"]["digest"]))["config"]
    return Image(image["imageId"]["imageDigest"], config, tuple(manifest["layers"]), reference, client)


def _download(client: Any, reference: Reference, digest: str) -> bytes:
    location = {"registryId": reference.account, "repositoryName": reference.repository}
    url = client.get_download_url_for_layer(**location, layerDigest=digest)["downloadUrl"]
    with _direct.open(url, timeout=60) as response:
        return bytes(response.read())


def build(folder: Path, arguments: Mapping[str, str], client: Any) -> Build:
    """The image of the folder's Dockerfile; a base in ECR is pulled with the client. Raises DockerfileError."""

    def find_base(name: str) -> tuple[Mapping[str, Any], Any] | None:
        try:
            image = pull(client, name)
        except ImageError:
            return None
        return image.config, image

    return interpret(folder, arguments, find_base)


def push(client: Any, repository: str, tag: str, image: Build) -> str:
    """Upload the layers, those of the base too, and the manifest; the image's digest."""
    base = image.base.layers if image.base else ()
    for layer in base:
        _upload(client, repository, _download(client, image.base.reference, layer["digest"]))
    own = _upload(client, repository, _layer(image.files))
    document = {"architecture": "amd64", "os": "linux", "config": dict(image.config)}
    config = _upload(client, repository, json.dumps(document, sort_keys=True).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {"mediaType": _CONFIG, **config},
        "layers": [*base, {"mediaType": _LAYER, **own}],
    }
    text = json.dumps(manifest, sort_keys=True)
    put = client.put_image(
        repositoryName=repository, imageManifest=text, imageManifestMediaType=_MANIFEST, imageTag=tag
    )
    return str(put["image"]["imageId"]["imageDigest"])


def _upload(client: Any, repository: str, content: bytes) -> dict[str, Any]:
    """Upload a layer or a configuration; its descriptor."""
    upload = client.initiate_layer_upload(repositoryName=repository)["uploadId"]
    for start in range(0, len(content), _PART):
        part = content[start : start + _PART]
        span = {"partFirstByte": start, "partLastByte": start + len(part) - 1}
        client.upload_layer_part(repositoryName=repository, uploadId=upload, layerPartBlob=part, **span)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    client.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[digest])
    return {"digest": digest, "size": len(content)}


def _layer(files: Mapping[str, File]) -> bytes:
    """A compressed archive of the files; the same files have the same bytes."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1, mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w") as archive,
    ):
        for path, file in sorted(files.items()):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.mode, entry.type = file.mode, tarfile.REGTYPE if file.content is not None else tarfile.DIRTYPE
            entry.size = len(file.content or b"")
            archive.addfile(entry, io.BytesIO(file.content or b""))
    return buffer.getvalue()
