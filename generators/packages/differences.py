"""Differences between the allow-list, the lock files and the index, as sentences. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from generators.packages.files import ALLOW_LIST
from generators.packages.model import PackageVersion, Requirement, versions


def in_files(allowed: Collection[Requirement], locked: Collection[Requirement]) -> Iterator[str]:
    """Versions that a lock file has and the allow-list lacks, and versions that nothing needs."""
    approved, needed = versions(allowed), versions(locked)
    for requirement in locked:
        if requirement.package not in approved:
            others = [package.version for package in sorted(approved) if package.name == requirement.package.name]
            action = f"add it to {ALLOW_LIST} with a reason"
            action += f", or use {' or '.join(others)}" if others else ""
            yield f"{requirement.where}: {requirement.package} is not on the allow-list; {action}"
    for requirement in allowed:
        if requirement.package not in needed and not requirement.team:
            yield f"{requirement.where}: no lock file has {requirement.package}; remove it, or write its team"


def in_index(allowed: Collection[Requirement], indexed: Collection[PackageVersion], repository: str) -> Iterator[str]:
    """Versions of the allow-list that the index lacks, and versions of the index that the allow-list lacks."""
    for requirement in missing(allowed, indexed):
        action = "copy it with `catalog packages sync`"
        yield f"{requirement.where}: {requirement.package} is not in {repository}; {action}"
    for package in sorted(set(indexed) - versions(allowed)):
        action = f"add it to {ALLOW_LIST}, or delete it with `aws codeartifact delete-package-versions`"
        yield f"{repository}: {package} is not on the allow-list; {action}"


def missing(allowed: Iterable[Requirement], indexed: Collection[PackageVersion]) -> list[Requirement]:
    """The requirements of the allow-list that the index lacks."""
    return [requirement for requirement in allowed if requirement.package not in indexed]
