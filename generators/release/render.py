"""Renders the template of a product to bytes that are equal on every machine. Writes versions and README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generators.errors import UserError
from generators.release import product_readme, template_builder, versions_folder
from generators.release.model import Product, Release

# AWS CloudFormation quotas: a template in an S3 object, which is how Service Catalog loads it, is 1 MB at most.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
SIZE_LIMIT = 1_000_000


def render(root: Path, product: Product) -> Release:
    """Build the declared version without writing it; UserError when the template raises or is too large."""
    template = template_builder.build(root, product)
    metadata = template.setdefault("Metadata", {})
    metadata["Platform"] = {"Product": product.name, "Version": str(product.version)}
    body = canonical(template)
    if len(body) > SIZE_LIMIT:
        raise UserError(
            f"{product.path('template.py')}: the template has {len(body):,} bytes, Service Catalog and CloudFormation"
            f" take {SIZE_LIMIT:,}; move scripts and documents out of the template or split the product"
        )
    return Release(product, product.version, body)


def freeze(root: Path, product: Product) -> tuple[Release, bool]:
    """Render, then write versions/<version>.json, the README's tables and the diagram; True when a file changed."""
    release = render(root, product)
    changed = versions_folder.freeze(root, release)
    return release, product_readme.write(product, json.loads(release.body)) or changed


def canonical(template: Any) -> bytes:
    """JSON with sorted keys, two spaces, a newline at the end, UTF-8."""
    return (json.dumps(template, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
