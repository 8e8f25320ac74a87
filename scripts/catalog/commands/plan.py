"""`catalog plan`: the actions that publishing would take."""

from __future__ import annotations

import click

from generators.aws.session import connect
from generators.catalog import desired_state, publish
from generators.config import repository
from generators.launch_policy import lint
from generators.release import load
from scripts.terminal import emit, plans

_EXAMPLES = """
\b
Examples:
  catalog plan                        every product, every region
  catalog plan studio-environment     one product
  catalog plan --json | jq length     number of actions
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--thorough", is_flag=True, help="Read everything from the hub instead of trusting release digests.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(product: str, thorough: bool, as_json: bool) -> None:
    """Show the actions of `catalog publish PRODUCT` (default: all); change nothing."""
    root = repository.find_root()
    products = load.products(root, product)
    lint.require_valid(products)
    desired = desired_state.read(root, products)
    planned = publish.plans(connect(root), desired, thorough)
    steps = [(region.hub.region, action) for region in planned for action in region.actions]
    emit(plans.table(steps, "publishing would", "nothing to do: the hub holds it all"), plans.data(steps), as_json)
