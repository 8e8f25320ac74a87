"""The desired state of the hub: products as their folders describe them. Reads files, nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generators.config import validation, yaml_reader
from generators.release import changelog, versions_folder
from generators.release.model import Product, Release
from generators.release.version import Version

DIGEST = "sha256:"  # begins the description of a published version


@dataclass(frozen=True, slots=True)
class DesiredProduct:
    """A product with its frozen versions, ascending, and the changelog summary of each."""

    product: Product
    releases: tuple[Release, ...]
    summaries: Mapping[Version, str]
    portfolio_location: str  # file:line that names the portfolio
    archives: Mapping[str, str] = field(default_factory=dict)  # key in the release bucket -> SHA-256 of the bytes

    @property
    def current(self) -> Release:
        """The version that product.yaml declares."""
        return next(release for release in self.releases if release.version == self.product.version)

    @property
    def attributes(self) -> Mapping[str, str]:
        """The product's texts in Service Catalog, by the parameters of CreateProduct."""
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
    def release_digest(self) -> str:
        """Owner and digest of everything that publishing decides; Service Catalog shows it as the distributor."""
        content = [
            sorted(self.attributes.items()),
            [(str(release.version), release.digest) for release in self.releases],
            str(self.product.version),
            self.product.portfolio,
            self.product.launch_role,
            *(["studio"] if self.product.visible_in_studio else []),
            *([sorted(self.archives.items())] if self.archives else []),
        ]
        return f"{self.product.owner}, release {hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]}"


def description(desired: DesiredProduct, release: Release) -> str:
    """The description of a version in Service Catalog: its digest, then its changelog summary."""
    return f"{DIGEST}{release.digest} {desired.summaries[release.version]}".rstrip()


def digest(text: str) -> str:
    """The digest in a version's description, "" when it has none."""
    return text.partition(" ")[0].removeprefix(DIGEST) if text.startswith(DIGEST) else ""


def read(root: Path, products: Iterable[Product]) -> tuple[DesiredProduct, ...]:
    """Every frozen version with its changelog summary; UserError when the declared one is not rendered."""
    return validation.map_all(lambda product: _desired_product(root, product), products)


def _desired_product(root: Path, product: Product) -> DesiredProduct:
    versions_folder.declared_release(product)  # UserError unless the declared version is rendered
    releases = versions_folder.releases(product)
    summaries = {release.version: changelog.summary(product, release.version) for release in releases}
    document = yaml_reader.read(product.folder / "product.yaml", root)
    archives = {
        key: hashlib.sha256(content).hexdigest()
        for release in releases
        for key, content in versions_folder.project_archives(release)
    }
    return DesiredProduct(product, releases, summaries, document.where(("portfolio",)), archives)
