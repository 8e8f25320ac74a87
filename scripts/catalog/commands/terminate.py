"""`catalog terminate`: terminate a provisioned product."""

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
Exit codes: 0 terminated, 1 invalid input, 3 AWS refused or a resource could not be deleted.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@in_spoke
def command(name: str, as_json: bool, connect_spoke: Callable[[], Spoke]) -> None:
    """Terminate the provisioned product NAME and wait until its resources are deleted.

    Resources that its template retains (data buckets) stay.
    """
    spoke = connect_spoke()
    provisioned = spoke.find(name)
    with waiting(f"terminating {name}") as on_progress:
        spoke.terminate(provisioned, on_progress)
    text = f"{name}: {provisioned.product} {provisioned.version} is gone from {spoke.where}"
    emit(text, {"name": name, "product": provisioned.product, "version": provisioned.version}, as_json)
