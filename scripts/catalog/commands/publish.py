"""`catalog publish`: publish frozen versions to the hub, in every region."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from generators.aws.session import Aws, connect
from generators.catalog import desired_state, publish
from generators.catalog.desired_state import DesiredProduct
from generators.check.check import check, failed
from generators.config import repository
from generators.launch_policy import lint
from generators.release import load
from generators.release.model import Product
from scripts.terminal import emit, findings, plans, progress

_EXAMPLES = """
\b
Examples:
  catalog publish studio-environment       one product
  catalog publish all                      every product
  catalog publish all --plan               only show the actions
  TARGET=aws catalog publish all           to real AWS, signed in to the hub account

\b
Exit codes: 0 published or nothing to do, 1 invalid input, 2 findings, 3 AWS refused.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--plan", "only_plan", is_flag=True, help="Show the actions and stop.")
@click.option("--thorough", is_flag=True, help="Read everything from the hub instead of trusting release digests.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.pass_context
def command(context: click.Context, product: str, only_plan: bool, thorough: bool, as_json: bool) -> None:
    """Publish the frozen versions of PRODUCT (default: all) that the hub does not have.

    Everything is validated before the first write: files, findings, versions, portfolios, every region. A published
    version is never replaced. The next publish completes an interrupted one.
    """
    root = repository.find_root()
    products = load.products(root, product)
    lint.require_valid(products)
    desired = desired_state.read(root, products)
    aws = connect(root)
    if not _passes_check(root, products, as_json):
        context.exit(2)
    _publish(aws, desired, only_plan, thorough, as_json)


def _passes_check(root: Path, products: tuple[Product, ...], as_json: bool) -> bool:
    """True when no finding is an error; otherwise print the findings."""
    with progress("checking", len(products)) as on_progress:
        matches = check(root, products, datetime.now(UTC).date(), lambda product: on_progress(product.name))
    if failed(matches):
        emit(findings.table(matches, len(products)), findings.data(matches), as_json)
    return not failed(matches)


def _publish(aws: Aws, desired: tuple[DesiredProduct, ...], only_plan: bool, thorough: bool, as_json: bool) -> None:
    planned = publish.plans(aws, desired, thorough)
    steps = [(region.hub.region, action) for region in planned for action in region.actions]
    nothing = f"nothing to do: the hub holds {len(desired)} of {len(desired)} products as they are frozen"
    if only_plan or not steps:
        emit(plans.table(steps, "publishing would", nothing), plans.data(steps), as_json)
        return
    if not as_json:
        emit(plans.table(steps, "publishing will", nothing), None, as_json=False)
    with progress("publishing", len(steps)) as on_progress:
        steps = list(publish.apply(planned, lambda region, action: on_progress(f"{region}: {plans.sentence(action)}")))
    emit(plans.result(steps), plans.data(steps), as_json)
