"""`catalog upgrade`: provisioned products to a newer version, in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click

from generators.catalog.spoke import LaunchOption, Spoke
from generators.catalog.upgrades import Provisioned, Upgrade, newest, plan_upgrades
from generators.errors import UserError
from scripts.catalog.options import in_spoke, pairs
from scripts.terminal import emit, upgrades, waiting

_EXAMPLES = """
\b
Examples:
  catalog upgrade studio --account credit-risk-development                to the newest version
  catalog upgrade studio --account credit-risk-development --to 1.1.0
  catalog upgrade --all --account credit-risk-development                 everything that is behind

\b
Exit codes: 0 upgraded or nothing to do, 1 an input must be mended, 3 AWS refused or an upgrade failed (TAINTED).
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every provisioned product that is behind its newest version.")
@click.option("--to", "version", default="", help="Default: the newest version that can be launched.")
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="Another value; the rest stays.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@in_spoke
def command(
    name: str,
    every: bool,
    version: str,
    parameters: tuple[str, ...],
    as_json: bool,
    there: Callable[[], Spoke],
) -> None:
    """Upgrade the provisioned product NAME in place and wait; what is not given keeps its value.

    A failed upgrade is rolled back by CloudFormation and left TAINTED: reported with its reasons, exit code 3.
    """
    if bool(name) == every or (every and (version or parameters)):
        raise UserError("catalog upgrade: name one provisioned product, or give --all alone; see --help")
    values = pairs(parameters)
    spoke = there()
    chosen = spoke.read() if every else (spoke.find(name),)
    offers = _offers(spoke, chosen)
    wanted = _plan(chosen, offers, version, bool(values))
    done, problems = _upgrade(spoke, chosen, offers, wanted, values)
    emit(upgrades.table(done, len(wanted), spoke.where), upgrades.data(done), as_json)
    if problems:
        raise UserError(problems, 3)


def _offers(spoke: Spoke, chosen: tuple[Provisioned, ...]) -> Mapping[str, LaunchOption]:
    return {product: spoke.offer(product) for product in sorted({it.product for it in chosen})}


def _plan(
    chosen: tuple[Provisioned, ...], offers: Mapping[str, LaunchOption], version: str, other_values: bool
) -> tuple[Upgrade, ...]:
    """What to move where: to the version that is named, or everything that is behind."""
    if not version and not other_values:
        latest = {name: newest(offer.versions) for name, offer in offers.items()}
        return plan_upgrades(chosen, {name: it for name, it in latest.items() if it})
    (one,) = chosen
    to = version or one.version
    known = offers[one.product].all_versions
    if to not in known:
        raise UserError(f"--to {to}: {one.product} has no such version; there is: {', '.join(known) or 'none'}")
    same = to == one.version and one.status == "AVAILABLE" and not other_values
    return () if same else (Upgrade(one.name, one.product, one.version, to),)


def _upgrade(
    spoke: Spoke,
    chosen: tuple[Provisioned, ...],
    offers: Mapping[str, LaunchOption],
    wanted: tuple[Upgrade, ...],
    values: Mapping[str, str],
) -> tuple[tuple[Upgrade, ...], tuple[str, ...]]:
    """One after the other; a failure does not keep the next one waiting."""
    done: list[Upgrade] = []
    problems: list[str] = []
    by_name = {it.name: it for it in chosen}
    for it in wanted:
        try:
            with waiting(f"upgrading {it.name} from {it.version} to {it.to}") as hear:
                spoke.upgrade(by_name[it.name], offers[it.product], it.to, values, hear)
            done.append(it)
        except UserError as error:
            problems += error.problems
    return tuple(done), tuple(problems)
