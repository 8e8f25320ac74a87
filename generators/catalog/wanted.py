"""Product folders to what publishing wants of the hub. Reads files, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generators.catalog import changelog, frozen, validate, yaml_file
from generators.catalog.model import Product
from generators.catalog.plan import Wanted


def read(root: Path, products: Iterable[Product]) -> tuple[Wanted, ...]:
    """Every frozen version with its changelog line; CatalogError when the declared one is not rendered."""
    return validate.every(lambda product: _wanted(root, product), products)


def _wanted(root: Path, product: Product) -> Wanted:
    frozen.release(product)  # the declared version must be there
    releases = frozen.releases(product)
    notes = {it.version: changelog.summary(product, it.version) for it in releases}
    document = yaml_file.read(product.folder / "product.yaml", root)
    return Wanted(product, releases, notes, document.where(("portfolio",)))
