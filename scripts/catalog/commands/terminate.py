"""`catalog terminate`: end a provisioned product."""

from __future__ import annotations

from collections.abc import Callable

import click

from generators.catalog.spoke import Spoke
from scripts.catalog.options import in_spoke
from scripts.terminal import emit, waiting

_EXAMPLES = """
\b
Example:
  catalog terminate profile-alice --account credit-risk-development

\b
Exit codes: 0 it is gone, 1 an input must be mended, 3 AWS refused or something could not be deleted.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@in_spoke
def command(name: str, as_json: bool, there: Callable[[], Spoke]) -> None:
    """End the provisioned product NAME and wait until its resources are gone.

    What its template retains (data buckets) stays.
    """
    spoke = there()
    found = spoke.find(name)
    with waiting(f"terminating {name}") as hear:
        spoke.terminate(found, hear)
    text = f"{name}: {found.product} {found.version} is gone from {spoke.where}"
    emit(text, {"name": name, "product": found.product, "version": found.version}, as_json)
