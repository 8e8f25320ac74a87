"""The versions that the repository's files name: the allow-list and the lock files. Reads files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from generators.config import text_file, validation
from generators.config.schema import PackageFile, PackagesFile
from generators.errors import UserError
from generators.packages.model import FORMATS, PackageVersion, Requirement
from generators.project_templates import LOCK

ALLOW_LIST = "terraform/packages.yaml"
LOCKS = ("requirements.lock", "terraform/images/*/requirements.*", LOCK)  # of the platform, its images, new projects
_SIZE_LIMIT = 5_000_000  # bytes of a lock file
_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][0-9A-Za-z.+!-]*)(\s*\\)?")
_IGNORED = re.compile(r"\s*(#.*|--hash=\S+(\s*\\)?)?")


def allow_list(root: Path) -> tuple[Requirement, ...]:
    """The versions of the allow-list, in its order. UserError for an invalid file."""
    file, document = validation.read(root / ALLOW_LIST, root, PackagesFile)
    return tuple(
        Requirement(_package(package, version), document.where(("packages", number)), package.team)
        for number, package in enumerate(file.packages)
        for version in package.versions
    )


def lock_files(root: Path) -> tuple[Requirement, ...]:
    """The versions of every lock file. UserError with each line that does not name an exact version."""
    paths = sorted(path for pattern in LOCKS for path in root.glob(pattern))
    lines = [line for path in paths for line in _lines(path, path.relative_to(root).as_posix())]
    if problems := [line for line in lines if isinstance(line, str)]:
        raise UserError(problems)
    return tuple(line for line in lines if isinstance(line, Requirement))


def _lines(path: Path, name: str) -> Iterator[Requirement | str]:
    for number, line in enumerate(text_file.read(path, name, _SIZE_LIMIT).splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match:
            package = PackageVersion("pypi", canonicalize_name(match[1]), match[2])
            yield Requirement(package, f"{name}:{number}")
        elif not _IGNORED.fullmatch(line):
            yield f"{name}:{number}: '{line.strip()}' is no exact version; write NAME==VERSION"


def _package(package: PackageFile, version: str) -> PackageVersion:
    name = canonicalize_name(package.name) if package.ecosystem == "python" else package.name
    return PackageVersion(FORMATS[package.ecosystem], name, version)
