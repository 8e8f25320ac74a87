"""The data classes of products and releases. Pure: imports nothing that reads files or calls AWS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generators.release.version import Version


@dataclass(frozen=True, slots=True)
class Waiver:
    """Permission for one resource to break a rule, up to and including the day `until`."""

    rule: str
    resource: str
    reason: str
    until: date
    line: int


@dataclass(frozen=True, slots=True)
class Support:
    """Contact for users when the product fails."""

    email: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Product:
    """One folder under products/: the settings of product.yaml and the path of the folder."""

    name: str  # dashes: studio-environment
    folder: Path  # .../products/studio_environment
    title: str
    description: str
    owner: str
    portfolio: str
    version: Version  # declared in product.yaml
    launch_role: str  # name of the role in the spoke, never an ARN
    support: Support
    waivers: tuple[Waiver, ...] = ()
    visible_in_studio: bool = False  # Studio offers it as a project template

    def path(self, file: str) -> str:
        """The path of a file of the product, relative to the repository: products/studio_environment/template.py."""
        return f"products/{self.folder.name}/{file}"


@dataclass(frozen=True, slots=True)
class Release:
    """One frozen version: the bytes of versions/<version>.json, exactly as they are published."""

    product: Product
    version: Version
    body: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the body, 64 hex digits."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def key(self) -> str:
        """S3 key in the release bucket."""
        return f"products/{self.product.name}/{self.version}.json"

    @property
    def path(self) -> Path:
        """The frozen file."""
        return self.product.folder / "versions" / f"{self.version}.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """A match of a linter, rule or check at one location; a value, never an exception."""

    rule: str
    level: str  # "error", "warning", "info" or "waived"
    where: str  # path relative to the repository, with the line if there is one
    resource: str  # logical id, or "" for the whole template
    message: str
