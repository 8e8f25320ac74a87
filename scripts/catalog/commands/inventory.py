"""`catalog inventory`: the provisioned products of all accounts."""

from __future__ import annotations

import click

from generators.aws.session import connect
from generators.catalog import inventory as inventory_reader
from generators.config import repository
from scripts.terminal import emit, inventory, print_errors, waiting

_EXAMPLES = """
\b
Examples:
  catalog inventory
  catalog inventory --product studio-environment
  catalog inventory --json | jq '.[] | select(.version != .latest)'    outdated products
"""


@click.command(epilog=_EXAMPLES)
@click.option("--product", default="", help="Only this product.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table; unreadable accounts on stderr.")
def command(product: str, as_json: bool) -> None:
    """List every provisioned product of every account: version, newest version, status, user.

    An account that cannot be read is listed with the reason.
    """
    root = repository.find_root()
    aws = connect(root)
    with waiting("reading accounts") as on_progress:
        rows, unreadable = inventory_reader.read(aws, on_progress)
    matches = [row for row in rows if product in ("", row.product)]
    emit(inventory.table(matches, unreadable), inventory.data(matches), as_json)
    if as_json:
        print_errors(inventory.errors(unreadable))
