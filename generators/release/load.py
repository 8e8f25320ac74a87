"""Product folders to products, every problem of every file at once. Reads files, nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from generators.config import validation
from generators.config.platform import Platform
from generators.config.repository import contracts, platform
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
    facts = _facts(root)
    return validation.map_all(lambda folder: _product(folder, root, facts), _folders(root))


def product(root: Path, name: str) -> Product:
    """One product by its catalogue name (studio-environment) or folder name (studio_environment)."""
    folders = {folder.name: folder for folder in _folders(root)}
    wanted = name.replace("-", "_")
    if wanted not in folders:
        known = [folder.replace("_", "-") for folder in folders]
        hint = did_you_mean(name, known) if known else "make it with `catalog new`"
        raise UserError(f"products: there is no product '{name}'; {hint}")
    return _product(folders[wanted], root, _facts(root))


def _facts(root: Path) -> Platform:
    """The platform's facts; the contracts are read first, so that a template never meets a broken file."""
    contracts(root)
    return platform(root)


def _folders(root: Path) -> tuple[Path, ...]:
    """Every folder under products/ that people can see and that holds a file of a product or nothing yet.

    A forgotten product.yaml is then a problem, not silence; a folder of mere project templates is no product.
    """
    shown = (it for it in sorted((root / "products").glob("*")) if it.is_dir() and it.name[0] not in "._")
    return tuple(it for it in shown if any(path.is_file() for path in it.iterdir()) or not any(it.iterdir()))


def _product(folder: Path, root: Path, facts: Platform) -> Product:
    shown = folder.relative_to(root).as_posix()
    if not _FOLDER.fullmatch(folder.name):
        raise UserError(f"{shown}: a product folder is lower-case words joined by _; rename it")
    file, document = validation.read(folder / "product.yaml", root, ProductFile)
    problems = [*_missing_template(folder, shown), *_unknown_portfolio(file.portfolio, document, facts)]
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
        waivers=tuple(_waiver(it, index, document) for index, it in enumerate(file.waivers)),
        visible_in_studio=file.visible_in_studio,
    )


def _waiver(file: WaiverFile, index: int, document: Document) -> Waiver:
    line = document.lines[("waivers", index)]
    return Waiver(file.rule, file.resource, file.reason, file.until, line)


def _unknown_portfolio(name: str, document: Document, facts: Platform) -> list[str]:
    if name in facts.portfolios:
        return []
    return [f"{document.where(('portfolio',))}: unknown portfolio '{name}'; {did_you_mean(name, facts.portfolios)}"]


def _missing_template(folder: Path, shown: str) -> list[str]:
    if (folder / "template.py").is_file():
        return []
    return [f"{shown}/template.py: file is missing; write build() -> Template in it"]
