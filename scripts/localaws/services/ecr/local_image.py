"""Images on this machine: pulled from ECR with somebody's rights, unpacked once for each digest.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
"""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.services.ecr import images, installed
from scripts.localaws.services.ecr.dockerfile import PROVIDERS, REQUIREMENTS

_PULL = threading.Lock()


@dataclass(frozen=True)
class LocalImage:
    """An image on this machine: its OCI configuration, the folder of its files, and what it installs."""

    uri: str
    config: Mapping[str, Any]
    folder: Path
    environment: Path  # of Python
    providers: Path | None  # of Terraform

    @property
    def user(self) -> str:
        """The user that USER names."""
        return str(self.config.get("User") or "root").partition(":")[0]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders of this machine that the image refers to."""
        return (self.environment, *([self.providers] if self.providers else ()))

    def variables(self) -> dict[str, str]:
        """The variables that ENV sets; the image's Python comes first in PATH."""
        own = dict(pair.split("=", 1) for pair in self.config.get("Env") or ())
        return {"HOME": "/root", **own, "PATH": f"{self.environment}/bin:{own.get('PATH', os.defpath)}"}

    def command(self, entrypoint: Sequence[str] | None, arguments: Sequence[str] | None) -> list[str]:
        """What Docker starts: an entry point replaces ENTRYPOINT and CMD, arguments replace CMD."""
        if entrypoint:
            return [*entrypoint, *(arguments or ())]
        default = self.config.get("Cmd") or ()
        return [*(self.config.get("Entrypoint") or ()), *(default if arguments is None else arguments)]


def pull(client: Any, uri: str) -> LocalImage:
    """The image at an address. Raises ImageError, and ClientError for a denial."""
    image = images.pull(client, uri)
    labels = image.config.get("Labels") or {}
    with _PULL:
        folder = context.folder("images") / image.digest.replace(":", "-")
        if not folder.exists():
            image.unpack(folder.with_suffix(".new"))
            folder.with_suffix(".new").rename(folder)
        names = labels.get(REQUIREMENTS, "").split()
        environment = installed.python_environment([folder / name.lstrip("/") for name in names])
        providers = installed.provider_mirror() if PROVIDERS in labels else None
        link = folder / labels.get(PROVIDERS, "").lstrip("/")
        if providers and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(providers)
    return LocalImage(uri, image.config, folder, environment, providers)
