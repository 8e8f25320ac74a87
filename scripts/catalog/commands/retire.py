"""`catalog retire`: deprecate a version."""

from __future__ import annotations

import click

from generators.aws.session import Aws, connect
from generators.catalog import desired_state, inventory, provisioning_artifacts
from generators.catalog.desired_state import DesiredProduct
from generators.catalog.hub import Hub
from generators.config import repository
from generators.errors import UserError
from generators.launch_policy import lint
from generators.release import load
from generators.release.version import Version
from scripts.terminal import emit

_EXAMPLES = """
\b
Examples:
  catalog retire studio-environment 1.0.0             no new launches; provisioned products keep running
  catalog retire studio-environment 1.0.0 --delete    and delete it, when no account uses it

\b
Service Catalog allows 100 versions of a product: deleting makes room. The frozen file stays in the repository.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.argument("version")
@click.option("--delete", is_flag=True, help="Delete the version too; refused while any account uses it.")
@click.option("--force", is_flag=True, help="Retire the version although product.yaml declares it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def command(product: str, version: str, delete: bool, force: bool, as_json: bool) -> None:
    """Deprecate and deactivate VERSION of PRODUCT in every region."""
    root = repository.find_root()
    chosen = load.product(root, product)
    lint.require_valid([chosen])
    (desired,) = desired_state.read(root, [chosen])
    parsed = _parse(version)
    _require_not_declared(desired, parsed, delete, force)
    aws = connect(root)
    hubs = [Hub(aws, region) for region in aws.platform.regions]
    for hub in hubs:
        hub.read([desired])
    if delete:
        _require_unused(aws, desired.product.name, version)
    data = [{"region": hub.region, "outcome": _retire(hub, desired.product.name, parsed, delete)} for hub in hubs]
    lines = [f"{desired.product.name} {version} ({row['region']}): {row['outcome']}" for row in data]
    emit("\n".join(lines), data, as_json)


def _parse(version: str) -> Version:
    try:
        return Version.parse(version)
    except ValueError as error:
        raise UserError(f"VERSION: {error}; write a published version such as 1.0.0") from None


def _require_not_declared(desired: DesiredProduct, version: Version, delete: bool, force: bool) -> None:
    if version == desired.product.version and (delete or not force):
        hint = "declare and publish another version first"
        option = "" if delete else ", or retire it with --force"
        raise UserError(f"{desired.product.path('product.yaml')}: declares {version}; {hint}{option}")


def _require_unused(aws: Aws, product: str, version: str) -> None:
    """UserError unless every account could be read and none uses the version."""
    rows, unreadable = inventory.read(aws)
    problems = [
        f"{row.account_name} ({row.region}): '{row.name}' runs {product} {version}; upgrade or terminate it first"
        for row in inventory.users(rows, product, version)
    ]
    problems += [
        f"{account.account_name} ({account.account}): cannot be read, so it may run {product} {version}:"
        f" {account.reason}"
        for account in unreadable
    ]
    if problems:
        raise UserError(problems)


def _retire(hub: Hub, product: str, version: Version, delete: bool) -> str:
    changed = provisioning_artifacts.retire(hub, product, version)
    if delete:
        provisioning_artifacts.delete(hub, product, version)
        return "deleted"
    return "retired: who runs it goes on, nobody can launch it" if changed else "was retired already"
