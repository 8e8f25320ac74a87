"""Loads product folders and reports the problems of all files together. Reads files, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from generators.config import repository, validation
from generators.config.platform import Platform
from generators.config.yaml_reader import Document
from generators.errors import UserError, did_you_mean
from generators.release.model import Product, Support, Waiver
from generators.release.product_schema import ProductFile, WaiverFile
from generators.release.version import Version

_FOLDER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def products(root: Path, name: str = "all") -> tuple[Product, ...]:
    """All products in the order of their folders, or only the product called `name`."""
    if name != "all":
        return (product(root, name),)
    platform = _platform(root)
    return validation.map_all(lambda folder: _product(folder, root, platform), _folders(root))


def product(root: Path, name: str) -> Product:
    """One product by its catalogue name (studio-environment) or folder name (studio_environment)."""
    folders = {folder.name: folder for folder in _folders(root)}
    folder_name = name.replace("-", "_")
    if folder_name not in folders:
        names = [folder.replace("_", "-") for folder in folders]
        hint = did_you_mean(name, names) if names else "make it with `catalog new`"
        raise UserError(f"products: there is no product '{name}'; {hint}")
    return _product(folders[folder_name], root, _platform(root))


def launch_roles(root: Path, products: Iterable[Product]) -> Mapping[str, tuple[str, ...]]:
    """Launch role -> names of the products that it launches, of all products; `products` are those already loaded."""
    loaded = {product.folder: product for product in products}
    platform = _platform(root)
    everything = validation.map_all(
        lambda folder: loaded.get(folder) or _product(folder, root, platform), _folders(root)
    )
    roles = {product.launch_role for product in everything}
    return {role: tuple(item.name for item in everything if item.launch_role == role) for role in roles}


def _platform(root: Path) -> Platform:
    """The platform's settings. The contracts are validated too, so that no template reads an invalid file."""
    repository.contracts(root)
    return repository.platform(root)


def _folders(root: Path) -> tuple[Path, ...]:
    """Every visible folder under products/ that contains a file or nothing.

    So a missing product.yaml is reported, and a folder that contains only folders (project templates) is skipped.
    """
    folders = (path for path in sorted((root / "products").glob("*")) if path.is_dir() and path.name[0] not in "._")
    return tuple(
        folder for folder in folders if any(path.is_file() for path in folder.iterdir()) or not any(folder.iterdir())
    )


def _product(folder: Path, root: Path, platform: Platform) -> Product:
    relative = folder.relative_to(root).as_posix()
    if not _FOLDER.fullmatch(folder.name):
        raise UserError(f"{relative}: a product folder is lower-case words joined by _; rename it")
    file, document = validation.read(folder / "product.yaml", root, ProductFile)
    problems = [*_missing_template(folder, relative), *_unknown_portfolio(file.portfolio, document, platform)]
    if problems:
        raise UserError(problems)
    return Product(
        name=folder.name.replace("_", "-"),
        folder=folder,
        title=file.title,
        description=file.description,
        owner=file.owner,
        portfolio=file.portfolio,
        version=Version.parse(file.version),
        launch_role=file.launch_role,
        support=Support(file.support.email, file.support.url, file.support.text),
        waivers=tuple(_waiver(waiver, index, document) for index, waiver in enumerate(file.waivers)),
        visible_in_studio=file.visible_in_studio,
    )


def _waiver(file: WaiverFile, index: int, document: Document) -> Waiver:
    line = document.lines[("waivers", index)]
    return Waiver(file.rule, file.resource, file.reason, file.until, line)


def _unknown_portfolio(name: str, document: Document, platform: Platform) -> list[str]:
    if name in platform.portfolios:
        return []
    return [f"{document.where(('portfolio',))}: unknown portfolio '{name}'; {did_you_mean(name, platform.portfolios)}"]


def _missing_template(folder: Path, relative: str) -> list[str]:
    if (folder / "template.py").is_file():
        return []
    return [f"{relative}/template.py: file is missing; write build() -> Template in it"]
