"""`catalog provision`: provision a product in a spoke account."""

from __future__ import annotations

from collections.abc import Callable

import click

from generators.catalog.spoke import Spoke, choose_version
from scripts.catalog.options import in_spoke, parse_parameters
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
Exit codes: 0 provisioned, 1 invalid input, 3 AWS refused or provisioning failed.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.option("--version", default="", help="Default: the newest active version.")
@click.option("--name", required=True, help="The name of the provisioned product in the account.")
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@in_spoke
def command(
    product: str,
    version: str,
    name: str,
    parameters: tuple[str, ...],
    as_json: bool,
    connect_spoke: Callable[[], Spoke],
) -> None:
    """Provision PRODUCT from the catalogue, as a technical lead, and wait until it is available.

    A failure is shown with CloudFormation's reasons. After an interruption, the same command continues to wait.
    """
    values = parse_parameters(parameters)
    spoke = connect_spoke()
    option = spoke.launch_option(product)
    chosen = choose_version(option, version, spoke.where)
    with waiting(f"launching {product} {chosen}") as on_progress:
        result = spoke.provision(option, chosen, name, values, on_progress)
    title = f"{name}: {product} {chosen} runs in {spoke.where}"
    data = {"name": name, "product": product, "version": chosen, "outputs": result}
    emit(outputs.table(title, result), data, as_json)
