"""The versions/ folder of a product: what reviewers saw is what ships. Reads and writes files, asks git, nothing else.

`versions/SHA256SUMS` (the format of sha256sum) holds the digest of every frozen file, so that an edited one is noticed
without a network. A version that git's HEAD holds is frozen; one that was never committed may be rendered again.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from generators.config.files import write_atomically
from generators.errors import UserError
from generators.release.model import Product, Release
from generators.release.version import Version

_SUMS = "SHA256SUMS"


def versions(product: Product) -> tuple[Version, ...]:
    """Every version that has a file or a digest, ascending."""
    names = {path.stem for path in _folder(product).glob("*.json")} | set(_sums(product))
    return tuple(sorted(Version.parse(name) for name in names))


def releases(product: Product) -> tuple[Release, ...]:
    """Every frozen version, ascending; UserError when a file is not what was frozen."""
    problems = modified_versions(product)
    if problems:
        raise UserError(problems)
    return tuple(Release(product, version, _path(product, version).read_bytes()) for version in versions(product))


def declared_release(product: Product) -> Release:
    """The version that product.yaml declares; UserError when it is not rendered yet."""
    for it in releases(product):
        if it.version == product.version:
            return it
    where = product.path("product.yaml")
    raise UserError(f"{where}: version {product.version} is not rendered; run `catalog render {product.name}`")


def previous_release(product: Product) -> Release | None:
    """The newest frozen version below the declared one."""
    older = [it for it in releases(product) if it.version < product.version]
    return older[-1] if older else None


def modified_versions(product: Product) -> tuple[str, ...]:
    """One problem for each frozen file that is missing, unknown or other than when it was frozen."""
    sums = _sums(product)
    names = {path.stem for path in _folder(product).glob("*.json")} | set(sums)
    return tuple(problem for name in sorted(names) for problem in _edited(product, name, sums.get(name)))


def freeze(it: Release) -> bool:
    """Write a rendered version; True when that changed a file. UserError when other bytes are frozen already."""
    if it.path.exists():
        if it.path.read_bytes() == it.body and _sums(it.product).get(str(it.version)) == it.digest:
            return False
        if it.path.read_bytes() != it.body and _committed(it.path):
            raise UserError(_refusal(it))
    it.path.parent.mkdir(exist_ok=True)
    write_atomically(it.path, it.body)
    sums = {**_sums(it.product), str(it.version): it.digest}
    ordered = sorted(sums, key=Version.parse)
    lines = "".join(f"{sums[name]}  {name}.json\n" for name in ordered)
    write_atomically(_folder(it.product) / _SUMS, lines.encode())
    return True


def _refusal(it: Release) -> str:
    where = it.product.path(f"versions/{it.version}.json")
    return (
        f"{where}: {it.version} is frozen with other content; raise the version in {it.product.path('product.yaml')}"
        " (if it was never published, delete this file and render again)"
    )


def project_archives(it: Release) -> tuple[tuple[str, bytes], ...]:
    """Key and bytes of each archive that the template names: what a new repository begins with is frozen like it."""
    text = it.body.decode()
    files = sorted((it.product.folder / "seeds").glob("*.zip"))
    return tuple((f"seeds/{file.name}", file.read_bytes()) for file in files if f"seeds/{file.name}" in text)


def _folder(product: Product) -> Path:
    return product.folder / "versions"


def _path(product: Product, version: Version) -> Path:
    return _folder(product) / f"{version}.json"


def _sums(product: Product) -> Mapping[str, str]:
    path = _folder(product) / _SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {name.removesuffix(".json"): digest for digest, name in pairs}


def _edited(product: Product, name: str, digest: str | None) -> tuple[str, ...]:
    where = product.path(f"versions/{name}.json")
    path = _folder(product) / f"{name}.json"
    try:
        Version.parse(name)
    except ValueError:
        return (f"{where}: the name is not MAJOR.MINOR.PATCH; only `catalog render` writes here, delete the file",)
    if not path.is_file():
        return (f"{where}: a frozen version is missing; bring it back with `git checkout -- {where}`",)
    if digest is None:
        return (f"{where}: was not written by `catalog render`; delete it and run `catalog render {product.name}`",)
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        return (f"{where}: a frozen version was edited; bring it back with `git checkout -- {where}`",)
    return ()


def _committed(path: Path) -> bool:
    """Whether git's HEAD holds the file; outside of a git repository nothing is committed."""
    command = ["git", "-C", str(path.parent), "cat-file", "-e", f"HEAD:./{path.name}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
