"""`catalog render`: render the declared version of products."""

from __future__ import annotations

import click

from generators.config import repository, validation
from generators.launch_policy import lint
from generators.release import load
from generators.release.model import Product, Release
from generators.release.render import freeze
from scripts.terminal import emit, progress

_EXAMPLES = """
\b
Examples:
  catalog render                       every product
  catalog render studio-environment    one product
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def command(product: str, as_json: bool) -> None:
    """Build the template of PRODUCT (default: all) and write it to versions/<version>.json.

    The version is the one that product.yaml declares. A version that is committed in git is frozen: when the template
    changes, raise the version. The tables in README.md and the architecture diagram are updated.
    """
    root = repository.find_root()
    products = load.products(root, product)
    lint.require_valid(products)

    with progress("rendering", len(products)) as on_progress:

        def render_one(product: Product) -> tuple[Release, bool]:
            result = freeze(root, product)
            on_progress(product.name)
            return result

        results = validation.map_all(render_one, products)
    emit("\n".join(_line(*result) for result in results), [_data(*result) for result in results], as_json)


def _line(release: Release, changed: bool) -> str:
    file = release.product.path(f"versions/{release.version}.json")
    return f"{release.product.name} {release.version}: {'wrote' if changed else 'unchanged'} {file}"


def _data(release: Release, changed: bool) -> dict[str, str | bool]:
    return {
        "product": release.product.name,
        "version": str(release.version),
        "sha256": release.digest,
        "file": release.product.path(f"versions/{release.version}.json"),
        "changed": changed,
    }
