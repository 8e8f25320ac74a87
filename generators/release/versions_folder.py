"""The versions/ folder of a product: the reviewed bytes are the published bytes. Reads and writes files, runs git.

`versions/SHA256SUMS` (format of sha256sum) contains the digest of every frozen file, so that an edited file is detected
offline. A version in git's HEAD is frozen; a version that was never committed may be rendered again.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from generators.cloudformation import template_format
from generators.config import json_reader, text_file
from generators.config.files import write_atomically
from generators.errors import UserError
from generators.release.model import Product, Release
from generators.release.version import Version

_SUMS = "SHA256SUMS"
_SUMS_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<version>[0-9]{1,9}(\.[0-9]{1,9}){2})\.json")


def versions(product: Product) -> tuple[Version, ...]:
    """Every version that has a file or a digest, ascending."""
    names = {path.stem for path in _folder(product).glob("*.json")} | set(_sums(product))
    return tuple(sorted(version for version in map(Version.find, names) if version))


def releases(product: Product) -> tuple[Release, ...]:
    """Every frozen version, ascending; UserError when a file was modified after it was frozen."""
    problems = modified_versions(product)
    if problems:
        raise UserError(problems)
    return tuple(Release(product, version, _path(product, version).read_bytes()) for version in versions(product))


def declared_release(product: Product) -> Release:
    """The version that product.yaml declares; UserError when it is not rendered yet."""
    for release in releases(product):
        if release.version == product.version:
            return release
    where = product.path("product.yaml")
    raise UserError(f"{where}: version {product.version} is not rendered; run `catalog render {product.name}`")


def previous_release(product: Product) -> Release | None:
    """The newest frozen version below the declared one."""
    older = [release for release in releases(product) if release.version < product.version]
    return older[-1] if older else None


def modified_versions(product: Product) -> tuple[str, ...]:
    """One problem for each frozen file that is missing, unknown or modified."""
    sums = _sums(product)
    names = {path.stem for path in _folder(product).glob("*.json")} | set(sums)
    return tuple(problem for name in sorted(names) for problem in _problems(product, name, sums.get(name)))


def freeze(release: Release) -> bool:
    """Write a rendered version; True when a file changed. UserError when other bytes are frozen for this version."""
    product, path, name = release.product, release.path, str(release.version)
    if path.exists():
        if path.read_bytes() == release.body and _sums(product).get(name) == release.digest:
            return False
        if path.read_bytes() != release.body and _committed(path):
            raise UserError(_refusal(release))
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, release.body)
    sums = {**_sums(product), name: release.digest}
    lines = "".join(f"{sums[str(version)]}  {version}.json\n" for version in sorted(map(Version.parse, sums)))
    write_atomically(_folder(product) / _SUMS, lines.encode())
    return True


def _refusal(release: Release) -> str:
    product, version = release.product, release.version
    return (
        f"{product.path(f'versions/{version}.json')}: {version} is frozen with other content; raise the version in"
        f" {product.path('product.yaml')} (if it was never published, delete this file and render again)"
    )


def project_archives(release: Release) -> tuple[tuple[str, bytes], ...]:
    """S3 key and bytes of each project archive that the template names; archives are frozen with the template."""
    text = release.body.decode()
    files = sorted((release.product.folder / "seeds").glob("*.zip"))
    return tuple((f"seeds/{file.name}", file.read_bytes()) for file in files if f"seeds/{file.name}" in text)


def _folder(product: Product) -> Path:
    return product.folder / "versions"


def _path(product: Product, version: Version) -> Path:
    return _folder(product) / f"{version}.json"


def _sums(product: Product) -> Mapping[str, str]:
    """Version -> its digest; UserError for a line that `catalog render` does not write."""
    name = product.path(f"versions/{_SUMS}")
    sums: dict[str, str] = {}
    for number, line in enumerate(text_file.read_optional(_folder(product) / _SUMS, name).splitlines(), 1):
        match = _SUMS_LINE.fullmatch(line)
        if match is None or match["version"] in sums:
            raise UserError(f"{name}:{number}: is no line of `catalog render`; run `git checkout -- {name}`")
        sums[match["version"]] = match["digest"]
    return sums


def _problems(product: Product, name: str, digest: str | None) -> tuple[str, ...]:
    where = product.path(f"versions/{name}.json")
    path = _folder(product) / f"{name}.json"
    if Version.find(name) is None:
        return (f"{where}: the name is not MAJOR.MINOR.PATCH; only `catalog render` writes here, delete the file",)
    if not path.is_file():
        return (f"{where}: a frozen version is missing; bring it back with `git checkout -- {where}`",)
    if digest is None:
        return (f"{where}: was not written by `catalog render`; delete it and run `catalog render {product.name}`",)
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        return (f"{where}: a frozen version was edited; bring it back with `git checkout -- {where}`",)
    return _content_problems(path, where)


def _content_problems(path: Path, where: str) -> tuple[str, ...]:
    """Problems of a file whose digest is right although it is no template."""
    try:
        template = json_reader.parse(text_file.read(path, where), where)
    except UserError as error:
        return error.problems
    return tuple(f"{where}: {problem}" for problem in template_format.problems(template))


def _committed(path: Path) -> bool:
    """True when git's HEAD contains the file; False outside of a git repository."""
    command = ["git", "-C", str(path.parent), "cat-file", "-e", f"HEAD:./{path.name}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
