"""`catalog diff`: the changes between two versions of a product."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generators.check.compatibility.version_step import version_step
from generators.config import repository
from generators.errors import UserError
from generators.launch_policy import lint
from generators.release import load, versions_folder
from generators.release.model import Product, Release
from generators.release.render import render
from scripts.terminal import difference, emit

_EXAMPLES = """
\b
Examples:
  catalog diff studio-environment                  newest lower frozen version -> current template
  catalog diff studio-environment 1.0.0            1.0.0 -> current template
  catalog diff studio-environment 1.0.0 1.1.0      two frozen versions
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(product: str, old: str | None, new: str | None, as_json: bool) -> None:
    """Show the changes of PRODUCT between version OLD and version NEW.

    Lists parameters, outputs, resources, replacement risk, weakened security, widened policies, and the smallest
    sufficient version step with its reasons.
    """
    root = repository.find_root()
    chosen = load.product(root, product)
    lint.require_valid([chosen])
    before, after = _pair(root, chosen, old, new)
    judgement = version_step(json.loads(before.body), json.loads(after.body))
    names = (chosen.name, before.version, after.version)
    emit(difference.table(*names, judgement), difference.data(*names, judgement), as_json)


def _pair(root: Path, product: Product, old: str | None, new: str | None) -> tuple[Release, Release]:
    after = _frozen(product, new) if new else render(root, product)
    if old:
        return _frozen(product, old), after
    before = versions_folder.previous_release(product)
    if before is None:
        raise UserError(f"{product.path('versions')}: {product.name} has no version below {product.version} to compare")
    return before, after


def _frozen(product: Product, version: str) -> Release:
    releases = {str(release.version): release for release in versions_folder.releases(product)}
    if version not in releases:
        versions = ", ".join(releases) or "none yet"
        raise UserError(f"{product.path('versions')}: no frozen version {version}; use one of: {versions}")
    return releases[version]
