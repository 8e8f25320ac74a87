"""Product folders to products, every problem of every file at once. Reads files, nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from generators.catalog import contracts as contracts_file
from generators.catalog import launch_policy, validate
from generators.catalog import platform as platform_file
from generators.catalog import teams as teams_file
from generators.catalog.contracts import Contracts
from generators.catalog.model import CatalogError, Product, Support, Version, Waiver
from generators.catalog.platform import Platform
from generators.catalog.shapes import ProductFile, WaiverFile
from generators.catalog.teams import Team
from generators.catalog.validate import did_you_mean
from generators.catalog.yaml_file import Document

_FOLDER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def find_root(start: Path | None = None) -> Path:
    """The repository around a folder (default: the current one): the nearest that holds terraform/platform.yaml."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / platform_file.FILE).is_file():
            return folder
    raise CatalogError(f"{here}: {platform_file.FILE} is neither here nor above; run inside the platform's repository")


def platform(root: Path) -> Platform:
    """terraform/platform.yaml."""
    return platform_file.read(root)


def contracts(root: Path) -> Contracts:
    """terraform/contracts.yaml."""
    return contracts_file.read(root)


def teams(root: Path) -> tuple[Team, ...]:
    """terraform/accounts/*.yaml."""
    return teams_file.read(root, platform(root))


def products(root: Path, *, policies: bool = True) -> tuple[Product, ...]:
    """Every product folder, by name; launch policies are not looked at by what writes them."""
    facts = _facts(root)
    return validate.every(lambda folder: _product(folder, root, facts, policies), _folders(root))


def product(root: Path, name: str, *, policies: bool = True) -> Product:
    """One product by its catalogue name (studio-environment) or folder name (studio_environment)."""
    folders = {folder.name: folder for folder in _folders(root)}
    wanted = name.replace("-", "_")
    if wanted not in folders:
        known = [folder.replace("_", "-") for folder in folders]
        hint = did_you_mean(name, known) if known else "make it with `catalog new`"
        raise CatalogError(f"products: there is no product '{name}'; {hint}")
    return _product(folders[wanted], root, _facts(root), policies)


def select(root: Path, name: str, *, policies: bool = True) -> tuple[Product, ...]:
    """`all` products, or the one that is named."""
    return products(root, policies=policies) if name == "all" else (product(root, name, policies=policies),)


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


def _product(folder: Path, root: Path, facts: Platform, policies: bool) -> Product:
    shown = folder.relative_to(root).as_posix()
    if not _FOLDER.fullmatch(folder.name):
        raise CatalogError(f"{shown}: a product folder is lower-case words joined by _; rename it")
    file, document = validate.read(folder / "product.yaml", root, ProductFile)
    problems = [*_missing_template(folder, shown), *_unknown_portfolio(file.portfolio, document, facts)]
    problems += launch_policy.problems(folder, shown) if policies else ()
    if problems:
        raise CatalogError(problems)
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
