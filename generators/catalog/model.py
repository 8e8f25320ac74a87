"""The nouns of the catalogue, frozen. Pure: imports nothing that reads files or talks to AWS."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from pathlib import Path

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class CatalogError(Exception):
    """What a person can fix: one `where: what; what to do` per problem, all problems of a stage together.

    `exit_code` is 1 for input that a person can fix and 3 when AWS refused.
    """

    def __init__(self, problems: str | Iterable[str], exit_code: int = 1) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        self.exit_code = exit_code
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A semantic version without pre-release: `1.10.0`."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `MAJOR.MINOR.PATCH`; ValueError when it is anything else."""
        match = _VERSION.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not MAJOR.MINOR.PATCH")
        return cls(*(int(part) for part in match.groups()))

    def after(self, bump: Bump) -> Version:
        """The smallest version that is `bump` above this one."""
        match bump:
            case Bump.MAJOR:
                return Version(self.major + 1, 0, 0)
            case Bump.MINOR:
                return Version(self.major, self.minor + 1, 0)
            case Bump.PATCH:
                return Version(self.major, self.minor, self.patch + 1)
            case Bump.NONE:
                return self

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Bump(IntEnum):
    """How far a version must move; ordered, so that the larger step includes the smaller."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


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

    def shown(self, file: str) -> str:
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
