"""The nouns of the catalogue, frozen. Pure: imports nothing that reads files or talks to AWS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generators.release.version import Version


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule that one resource may break until the end of `until`, and why."""

    rule: str
    resource: str
    reason: str
    until: date
    line: int


@dataclass(frozen=True, slots=True)
class Support:
    """Whom the user asks when the product fails."""

    email: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Product:
    """One folder under products/: what the catalogue says of it, and where its files lie."""

    name: str  # dashes: studio-environment
    folder: Path  # .../products/studio_environment
    title: str
    description: str
    owner: str
    portfolio: str
    version: Version  # the one product.yaml declares
    launch_role: str  # name of the role in the spoke, never an ARN
    support: Support
    waivers: tuple[Waiver, ...] = ()
    visible_in_studio: bool = False  # Studio shows it as a project template

    def path(self, file: str) -> str:
        """A file of the product as people read it: products/studio_environment/template.py."""
        return f"products/{self.folder.name}/{file}"


@dataclass(frozen=True, slots=True)
class Release:
    """One frozen version: the bytes of versions/<version>.json, exactly as they ship."""

    product: Product
    version: Version
    body: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """Sha256 of the body, 64 hex digits."""
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
    """What a linter or rule says of one place; a value, never an exception."""

    rule: str
    level: str  # "error", "warning", "info" or "waived"
    where: str  # path relative to the repository, with the line when known
    resource: str  # logical id, or "" when it is about the whole template
    message: str
