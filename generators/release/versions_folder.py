"""The versions/ folder of a product: the reviewed bytes are the published bytes. Reads and writes files, runs git.

`versions/SHA256SUMS` (format of sha256sum) contains the digest of every frozen file, so that an edited file is detected
offline. A version that git holds, in HEAD or at the tip of a branch or tag, is never written with other bytes; one that
was never committed may be rendered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from generators.cloudformation import template_format
from generators.config import json_reader, sha256sums, text_file
from generators.config.files import write_atomically
from generators.errors import UserError
from generators.release import git_history
from generators.release.model import Product, Release
from generators.release.seeds import project_archives as project_archives  # frozen with the template
from generators.release.version import Version

_FILE_PATTERN = r"[0-9]{1,9}(\.[0-9]{1,9}){2}\.json"


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


def freeze(root: Path, release: Release) -> bool:
    """Write a rendered version; True when a file changed. UserError when other bytes are frozen for this version."""
    product, path, name = release.product, release.path, str(release.version)
    sums = _sums(product)
    if path.exists() and path.read_bytes() == release.body and sums.get(name) == release.digest:
        return False
    blobs = git_history.tip_blobs(root, product.path(f"versions/{name}.json"))
    if not all(git_history.is_same(blob, release.body) for blob in blobs):
        raise UserError(_refusal(release))
    write_atomically(path, release.body)
    by_version = sorted({**sums, name: release.digest}.items(), key=lambda pair: Version.parse(pair[0]))
    sha256sums.write(
        _folder(product) / sha256sums.FILE, ((f"{version}.json", digest) for version, digest in by_version)
    )
    return True


def _refusal(release: Release) -> str:
    product, version = release.product, release.version
    where, raise_version = (
        product.path(f"versions/{version}.json"),
        f"raise the version in {product.path('product.yaml')}",
    )
    if release.path.exists():
        removal = "delete this file and render again"
        return (
            f"{where}: {version} is frozen with other content; {raise_version} (if it was never published, {removal})"
        )
    removal = "commit and push its removal first"
    return f"{where}: {version} is committed with other content; {raise_version} (if it was never published, {removal})"


def changes_since_commit(product: Product, blobs: Mapping[str, str]) -> tuple[str, ...]:
    """One problem for each version or project archive that is not what git's HEAD holds.

    `blobs`: path below the repository -> blob, as git_history.head_blobs returns them.
    """
    kinds = {
        product.path("versions/"): (".json", "frozen version"),
        product.path("seeds/"): (".zip", "project archive"),
    }
    return tuple(
        f"{path}: {problem}; bring it back with `git checkout -- {path}`"
        for path, blob in sorted(blobs.items())
        for folder, (suffix, kind) in kinds.items()
        if path.startswith(folder) and path.endswith(suffix)
        for problem in _change(product.folder / path.removeprefix(product.path("")), kind, blob)
    )


def _change(path: Path, kind: str, blob: str) -> Iterator[str]:
    if not path.is_file():
        yield f"a {kind} is missing"
    elif not git_history.is_same(blob, path.read_bytes()):
        yield f"a {kind} was edited"


def _folder(product: Product) -> Path:
    return product.folder / "versions"


def _path(product: Product, version: Version) -> Path:
    return _folder(product) / f"{version}.json"


def _sums(product: Product) -> Mapping[str, str]:
    """Version -> its digest; UserError for a line that `catalog render` does not write."""
    path, name = _folder(product) / sha256sums.FILE, product.path(f"versions/{sha256sums.FILE}")
    sums = sha256sums.read(path, name, _FILE_PATTERN, "catalog render")
    return {file.removesuffix(".json"): digest for file, digest in sums.items()}


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
    try:
        return _content_problems(text_file.read(path, where), where)
    except UserError as error:
        return error.problems


@lru_cache(maxsize=512)  # a command reads the versions of a product several times
def _content_problems(text: str, where: str) -> tuple[str, ...]:
    """Problems of a file whose digest is right although it is no template."""
    template = json_reader.parse(text, where)
    return tuple(f"{where}: {problem}" for problem in template_format.problems(template))
