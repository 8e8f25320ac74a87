"""`catalog inventory`: who runs which version."""

from __future__ import annotations

import click

from generators.aws.session import connect
from generators.catalog import inventory as reading
from generators.config import repository
from scripts.terminal import emit, inventory, print_errors, progress

_EXAMPLES = """
\b
Examples:
  catalog inventory
  catalog inventory --product studio-environment
  catalog inventory --json | jq '.[] | select(.version != .latest)'    who is behind
"""


@click.command(epilog=_EXAMPLES)
@click.option("--product", default="", help="Only this product.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table; accounts not read go to stderr.")
def command(product: str, as_json: bool) -> None:
    """List every provisioned product of every account: version, newest version, status, who launched it.

    An account that cannot be read is named, with the reason.
    """
    root = repository.find_root()
    aws = connect(root)
    spokes = reading.spokes(aws)
    with progress("reading accounts", len(spokes)) as advance:
        rows, unreadable = reading.read(aws, spokes, advance)
    shown = [it for it in rows if product in ("", it.product)]
    emit(inventory.table(shown, unreadable), inventory.data(shown), as_json)
    if as_json:
        print_errors(inventory.complaints(unreadable))
