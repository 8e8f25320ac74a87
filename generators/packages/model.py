"""A version of a package, and where a file names it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FORMATS: Mapping[str, str] = {"python": "pypi", "javascript": "npm"}  # ecosystem -> CodeArtifact's format


@dataclass(frozen=True, slots=True, order=True)
class PackageVersion:
    """An exact version; `format` is CodeArtifact's, the name is normalized."""

    format: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}=={self.version}" if self.format == "pypi" else f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A version that a file names; `where` is `file:line`, `team` the team whose repository needs it, or ""."""

    package: PackageVersion
    where: str
    team: str = ""


def versions(requirements: Iterable[Requirement]) -> frozenset[PackageVersion]:
    """The versions that the files name."""
    return frozenset(requirement.package for requirement in requirements)
