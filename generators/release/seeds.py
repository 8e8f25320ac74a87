"""The seeds/ folder of a product: project archives, the first commits of new repositories. Reads files.

A template names an archive as `seeds/<model type>-<digest of its files>.zip`. `seeds/SHA256SUMS` contains the digest of
the archive's bytes, because a zip file can change while its files stay.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from generators.config import sha256sums
from generators.config.files import digest
from generators.errors import UserError
from generators.release.model import Product, Release

FOLDER = "seeds"
COMMAND = "python -m scripts.project.archives"
_FILE_PATTERN = r"[a-z0-9-]+-[0-9a-f]{16}\.zip"
_KEY = re.compile(rf"\b{FOLDER}/{_FILE_PATTERN}")
_FINDINGS = 2  # exit code: a problem of an archive is a finding of `catalog check`


def project_archives(release: Release) -> tuple[tuple[str, bytes], ...]:
    """Key in the release bucket and bytes of each archive that the template names; UserError when one was modified."""
    sums = digests(release.product)
    files = [key.removeprefix(f"{FOLDER}/") for key in keys(release)]
    problems = [problem for file in files for problem in _problems(release.product, file, sums)]
    if problems:
        raise UserError(problems, _FINDINGS)
    return tuple((key, (release.product.folder / key).read_bytes()) for key in keys(release))


def keys(release: Release) -> tuple[str, ...]:
    """The keys in the release bucket of the archives that the template names, such as seeds/x-0123456789abcdef.zip."""
    return tuple(sorted(set(_KEY.findall(release.body.decode()))))


def digests(product: Product) -> Mapping[str, str]:
    """File name -> digest of every archive."""
    path, name = product.folder / FOLDER / sha256sums.FILE, product.path(f"{FOLDER}/{sha256sums.FILE}")
    return sha256sums.read(path, name, _FILE_PATTERN, COMMAND)


def modified_archives(product: Product) -> tuple[str, ...]:
    """One problem for each archive that is missing, unknown or modified."""
    sums = digests(product)
    files = {path.name for path in (product.folder / FOLDER).glob("*.zip")} | set(sums)
    return tuple(problem for file in sorted(files) for problem in _problems(product, file, sums))


def _problems(product: Product, file: str, sums: Mapping[str, str]) -> Iterator[str]:
    path, where = product.folder / FOLDER / file, product.path(f"{FOLDER}/{file}")
    if not path.is_file():
        yield f"{where}: a project archive is missing; bring it back with `git checkout -- {where}`"
    elif file not in sums:
        yield f"{where}: was not written by `{COMMAND}`; delete it and run that command"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != sums[file]:
        yield f"{where}: a project archive was edited; bring it back with `git checkout -- {where}`"
    elif _files_digest(path) != path.stem.rpartition("-")[2]:
        yield f"{where}: holds other files than its name says; bring it back with `git checkout -- {where}`"


def _files_digest(path: Path) -> str:
    """The digest of an archive's files that its name contains, "" for what is no zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return digest((name, archive.read(name)) for name in sorted(archive.namelist()))[:16]
    except zipfile.BadZipFile:
        return ""
