"""`catalog provision`: launch a product in a spoke account."""

from __future__ import annotations

from collections.abc import Callable

import click

from generators.catalog.spoke import Spoke, choose
from scripts.catalog.options import in_spoke, pairs
from scripts.terminal import emit, outputs, waiting

_EXAMPLES = """
\b
Examples:
  catalog provision studio-environment --account credit-risk-development --name studio
  catalog provision studio-environment --version 1.0.0 --account credit-risk-development --name studio \\
      --param HomeRetention=Delete
  catalog provision studio-user-profile --account credit-risk-development --name profile-alice \\
      --param User=alice --param Type=developer

\b
Exit codes: 0 it runs, 1 an input must be mended, 3 AWS refused or the launch failed.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.option("--version", default="", help="Default: the newest version that can be launched.")
@click.option("--name", required=True, help="What the provisioned product is called in the account.")
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@in_spoke
def command(
    product: str,
    version: str,
    name: str,
    parameters: tuple[str, ...],
    as_json: bool,
    there: Callable[[], Spoke],
) -> None:
    """Launch PRODUCT from the catalogue, as a technical lead does, and wait until it runs.

    CloudFormation's reasons are shown when it fails. A launch that was interrupted is joined by the same command.
    """
    values = pairs(parameters)
    spoke = there()
    offer = spoke.offer(product)
    chosen = choose(offer, version, spoke.where)
    with waiting(f"launching {product} {chosen}") as hear:
        found = spoke.provision(offer, chosen, name, values, hear)
    title = f"{name}: {product} {chosen} runs in {spoke.where}"
    emit(outputs.table(title, found), {"name": name, "product": product, "version": chosen, "outputs": found}, as_json)
