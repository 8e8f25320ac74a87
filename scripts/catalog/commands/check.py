"""`catalog check`: the checks that a version must pass before it is published."""

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
  catalog check --json | jq '.[].message'    findings as JSON

\b
Exit codes: 0 no errors, 1 invalid input, 2 findings.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def command(context: click.Context, product: str, as_json: bool) -> None:
    """Check the template of PRODUCT (default: all) and the folder around it.

    Runs cfn-lint and the platform's rules for every region, and checks waivers, launch policy, changelog, frozen
    versions and the version step. Results of cfn-lint are cached until the template, a rule or a schema changes.
    """
    root = repository.find_root()
    products = load.products(root, product)
    with progress("checking", len(products)) as on_progress:
        matches = check(root, products, datetime.now(UTC).date(), lambda checked: on_progress(checked.name))
    lines = "" if as_json else findings.table(matches, len(products))  # formatting thousands of lines takes seconds
    emit(lines, findings.data(matches), as_json)
    context.exit(2 if failed(matches) else 0)
