"""`catalog check`: everything that must hold before a version is published."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from generators.check.check import check, failed
from generators.config import repository
from generators.release import load
from scripts.terminal import emit, findings, progress

_EXAMPLES = """
\b
Examples:
  catalog check                              every product
  catalog check studio-environment           one product
  catalog check --json | jq '.[].message'    for programs

\b
Exit codes: 0 nothing stands in the way, 1 an input must be mended first, 2 findings.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def command(context: click.Context, product: str, as_json: bool) -> None:
    """Check the template of PRODUCT (default: all) and the folder around it.

    cfn-lint and the platform's rules for every region, waivers, changelog, frozen versions, and whether the version
    is an honest step from the one before. What was linted once is remembered until something that matters changes.
    """
    root = repository.find_root()
    products = load.products(root, product)
    with progress("checking", len(products)) as advance:
        found = check(root, products, datetime.now(UTC).date(), lambda it: advance(it.name))
    shown = "" if as_json else findings.table(found, len(products))  # thousands of lines are not laid out for nobody
    emit(shown, findings.data(found), as_json)
    context.exit(2 if failed(found) else 0)
