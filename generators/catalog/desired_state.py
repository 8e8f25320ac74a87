"""A product as its folder describes it: the desired state of the hub. Reads files, nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generators.config import validation, yaml_reader
from generators.release import changelog, versions_folder
from generators.release.model import Product, Release
from generators.release.version import Version

DIGEST = "sha256:"  # how the description of a published version begins


@dataclass(frozen=True, slots=True)
class DesiredProduct:
    """A product as its folder wants it: frozen versions, ascending, each with what its user notices."""

    product: Product
    releases: tuple[Release, ...]
    notes: Mapping[Version, str]
    portfolio_at: str  # file:line that names the portfolio

    @property
    def declared(self) -> Release:
        """The version that product.yaml declares."""
        return next(it for it in self.releases if it.version == self.product.version)

    @property
    def words(self) -> Mapping[str, str]:
        """What Service Catalog shows of the product, by the names that CreateProduct gives them."""
        product = self.product
        return {
            "Name": product.name,
            "Owner": product.owner,
            "Description": f"{product.title}: {product.description}",
            "SupportEmail": product.support.email,
            "SupportUrl": product.support.url,
            "SupportDescription": product.support.text,
        }

    @property
    def mark(self) -> str:
        """The release mark, as people read it in the catalogue."""
        facts = [
            sorted(self.words.items()),
            [(str(it.version), it.digest) for it in self.releases],
            str(self.product.version),
            self.product.portfolio,
            self.product.launch_role,
            *(["studio"] if self.product.visible_in_studio else []),
        ]
        return f"{self.product.owner}, release {hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]}"


def description(wanted: DesiredProduct, release: Release) -> str:
    """What a version says of itself in the catalogue: its digest, then what its user notices."""
    return f"{DIGEST}{release.digest} {wanted.notes[release.version]}".rstrip()


def digest(text: str) -> str:
    """The digest in a version's description, "" when it has none."""
    return text.partition(" ")[0].removeprefix(DIGEST) if text.startswith(DIGEST) else ""


def read(root: Path, products: Iterable[Product]) -> tuple[DesiredProduct, ...]:
    """Every frozen version with its changelog line; UserError when the declared one is not rendered."""
    return validation.map_all(lambda product: _wanted(root, product), products)


def _wanted(root: Path, product: Product) -> DesiredProduct:
    versions_folder.declared_release(product)  # the declared version must be there
    releases = versions_folder.releases(product)
    notes = {it.version: changelog.summary(product, it.version) for it in releases}
    document = yaml_reader.read(product.folder / "product.yaml", root)
    return DesiredProduct(product, releases, notes, document.where(("portfolio",)))
