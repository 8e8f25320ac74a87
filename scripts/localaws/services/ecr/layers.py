"""The content of image layers, in a folder of this server, and the addresses from which clients download them.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html
"""

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.core.request import Environ

PATH = "/localaws/layers/"
_digests: dict[str, str] = {}  # token of an address -> digest


def _file(digest: str) -> Path:
    return context.folder("layers") / digest.replace(":", "-")


def keep(digest: str, content: bytes) -> None:
    """Store the content of a layer."""
    _file(digest).write_bytes(content)


def download_url(digest: str) -> str:
    """An address from which anybody who knows it downloads the layer; on AWS it is a presigned URL of S3."""
    token = secrets.token_urlsafe(24)
    _digests[token] = digest
    return f"{context.endpoint()}{PATH}{token}"


def serve(environ: Environ, start: Any) -> Iterable[bytes]:
    """Answer a download."""
    digest = _digests.get(environ["PATH_INFO"].removeprefix(PATH))
    if digest is None:
        start("403 Forbidden", [("Content-Length", "0")])
        return [b""]
    content = _file(digest).read_bytes()
    start("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(content)))])
    return [content]
