"""`catalog retire`: take a version out of use."""

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
  catalog retire studio-environment 1.0.0             nobody can launch it any more; who runs it goes on
  catalog retire studio-environment 1.0.0 --delete    and delete it, when nobody runs it

\b
Service Catalog holds 100 versions of a product: deleting makes room. The frozen file stays in the repository.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.argument("version")
@click.option("--delete", is_flag=True, help="Delete the version too; refused while any account runs it.")
@click.option("--force", is_flag=True, help="Retire it although product.yaml declares this version.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def command(product: str, version: str, delete: bool, force: bool, as_json: bool) -> None:
    """Retire VERSION of PRODUCT in every region: deprecated and inactive."""
    root = repository.find_root()
    chosen = load.product(root, product)
    lint.require_valid([chosen])
    (wants,) = desired_state.read(root, [chosen])
    retired = _parse(version)
    _refuse_declared(wants, retired, delete, force)
    aws = connect(root)
    hubs = [Hub(aws, region) for region in aws.platform.regions]
    for hub in hubs:
        hub.read([wants])
    if delete:
        _refuse_used(aws, wants.product.name, version)
    outcomes = [_retire(hub, wants.product.name, retired, delete) for hub in hubs]
    data = [{"region": hub.region, "outcome": it} for hub, it in zip(hubs, outcomes, strict=True)]
    lines = [f"{wants.product.name} {version} ({it['region']}): {it['outcome']}" for it in data]
    emit("\n".join(lines), data, as_json)


def _parse(version: str) -> Version:
    try:
        return Version.parse(version)
    except ValueError as error:
        raise UserError(f"VERSION: {error}; write a published version such as 1.0.0") from None


def _refuse_declared(wants: DesiredProduct, version: Version, delete: bool, force: bool) -> None:
    if version == wants.product.version and (delete or not force):
        ask = "declare and publish another version first"
        more = "" if delete else ", or retire it with --force"
        raise UserError(f"{wants.product.path('product.yaml')}: declares {version}; {ask}{more}")


def _refuse_used(aws: Aws, product: str, version: str) -> None:
    """A version is deleted only when every account could be asked and none runs it."""
    rows, unreadable = inventory.read(aws, inventory.spokes(aws))
    problems = [
        f"{it.account_name} ({it.region}): '{it.name}' runs {product} {version}; upgrade or terminate it first"
        for it in inventory.users(rows, product, version)
    ]
    problems += [
        f"{it.account_name} ({it.account}): cannot be read, so it may run {product} {version}: {it.reason}"
        for it in unreadable
    ]
    if problems:
        raise UserError(problems)


def _retire(hub: Hub, product: str, version: Version, delete: bool) -> str:
    changed = provisioning_artifacts.retire(hub, product, version)
    if delete:
        provisioning_artifacts.delete(hub, product, version)
        return "deleted"
    return "retired: who runs it goes on, nobody can launch it" if changed else "was retired already"
