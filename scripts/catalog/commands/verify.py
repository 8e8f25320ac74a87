"""`catalog verify`: compare the hub with the repository."""

from __future__ import annotations

import click

from generators.aws.session import connect
from generators.catalog import desired_state
from generators.catalog.verify import verify
from generators.config import repository
from generators.launch_policy import lint
from generators.release import load
from scripts.terminal import emit, findings, progress

_EXAMPLES = """
\b
Examples:
  catalog verify                       every product, every region
  catalog verify studio-environment    one product

\b
Exit codes: 0 equal, 1 invalid input, 2 differences, 3 AWS refused.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def command(context: click.Context, product: str, as_json: bool) -> None:
    """Compare the hub with the frozen files of PRODUCT (default: all), byte by byte.

    Compares for every version its digest, the template in Service Catalog and the objects in the release bucket, for
    every product its metadata, portfolio, launch role and project archives.
    """
    root = repository.find_root()
    products = load.products(root, product)
    lint.require_valid(products)
    desired = desired_state.read(root, products)
    aws = connect(root)
    with progress("comparing", len(desired) * len(aws.platform.regions)) as on_progress:
        matches = verify(aws, desired, on_progress)
    emit(findings.table(matches, len(desired)), findings.data(matches), as_json)
    context.exit(2 if matches else 0)
