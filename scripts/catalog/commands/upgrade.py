"""`catalog upgrade`: update provisioned products to a newer version, in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import click

from generators.aws.parallel import parallel_map
from generators.catalog.spoke import LaunchOption, Spoke
from generators.catalog.upgrades import ProvisionedProduct, Upgrade, newest, plan_upgrades
from generators.errors import UserError, excerpt
from generators.release.version import Version
from scripts.catalog.options import in_spoke, parse_parameters
from scripts.terminal import emit, upgrades, waiting

_EXAMPLES = """
\b
Examples:
  catalog upgrade studio --account credit-risk-development                to the newest version
  catalog upgrade studio --account credit-risk-development --to 1.1.0
  catalog upgrade --all --account credit-risk-development                 every outdated product

\b
Exit codes: 0 upgraded or nothing to do, 1 invalid input, 3 AWS refused or an upgrade failed (TAINTED).
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every provisioned product with a newer version.")
@click.option("--to", "version", default="", help="Default: the newest active version.")
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter to change; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@in_spoke
def command(
    name: str,
    every: bool,
    version: str,
    parameters: tuple[str, ...],
    as_json: bool,
    connect_spoke: Callable[[], Spoke],
) -> None:
    """Update the provisioned product NAME in place and wait; omitted parameters keep their values.

    CloudFormation rolls a failed update back, and the product is TAINTED: shown with the reasons, exit code 3.
    """
    if bool(name) == every or (every and (version or parameters)):
        raise UserError("catalog upgrade: name one provisioned product, or give --all alone; see --help")
    values = parse_parameters(parameters)
    spoke = connect_spoke()
    chosen = spoke.read() if every else (spoke.find(name),)
    options = _launch_options(spoke, chosen)
    planned = _plan(chosen, options, version, bool(values))
    completed, problems = _upgrade(spoke, chosen, options, planned, values) if planned else ((), ())
    emit(upgrades.table(completed, len(planned), spoke.where), upgrades.data(completed), as_json)
    unordered = () if version or values else tuple(_unordered(spoke, chosen, options))
    if problems or unordered:
        raise UserError((*problems, *unordered), 3 if problems else 1)


def _launch_options(spoke: Spoke, chosen: tuple[ProvisionedProduct, ...]) -> Mapping[str, LaunchOption]:
    return {
        product: spoke.launch_option(product) for product in sorted({provisioned.product for provisioned in chosen})
    }


def _plan(
    chosen: tuple[ProvisionedProduct, ...], options: Mapping[str, LaunchOption], version: str, other_values: bool
) -> tuple[Upgrade, ...]:
    """The upgrades: one product to the given version, or every outdated product to its newest version."""
    if not version and not other_values:
        latest = {name: newest(option.versions) for name, option in options.items()}
        return plan_upgrades(chosen, {name: number for name, number in latest.items() if number})
    (provisioned,) = chosen
    to = version or provisioned.version
    versions = options[provisioned.product].all_versions
    if to not in versions:
        existing = ", ".join(versions) or "none"
        raise UserError(f"--to {to}: {provisioned.product} has no such version; there is: {existing}")
    if to == provisioned.version and provisioned.status == "AVAILABLE" and not other_values:
        return ()
    return (Upgrade(provisioned.name, provisioned.product, provisioned.version, to),)


def _unordered(
    spoke: Spoke, chosen: tuple[ProvisionedProduct, ...], options: Mapping[str, LaunchOption]
) -> Iterator[str]:
    """A problem for each provisioned product of the platform whose version has no place in the order of versions."""
    for item in chosen:
        if newest(options[item.product].versions) and Version.find(item.version) is None:
            yield (
                f"{spoke.where} {item.name}: runs {item.product} '{excerpt(item.version)}', which is not"
                f" MAJOR.MINOR.PATCH; move it with `catalog upgrade {item.name} --to VERSION`"
            )


def _upgrade(
    spoke: Spoke,
    chosen: tuple[ProvisionedProduct, ...],
    options: Mapping[str, LaunchOption],
    planned: tuple[Upgrade, ...],
    values: Mapping[str, str],
) -> tuple[tuple[Upgrade, ...], tuple[str, ...]]:
    """Run the upgrades, some at a time; a failure does not stop the rest. Both results are in the order planned."""
    by_name = {provisioned.name: provisioned for provisioned in chosen}

    def run(upgrade: Upgrade) -> tuple[str, ...]:
        try:
            spoke.upgrade(by_name[upgrade.name], options[upgrade.product], upgrade.to, values, on_progress)
        except UserError as error:
            return error.problems
        return ()

    names = [f"{upgrade.name} from {upgrade.version} to {upgrade.to}" for upgrade in planned]
    with waiting(f"upgrading {names[0] if len(names) == 1 else f'{len(names)} products'}") as on_progress:
        problems = parallel_map(run, planned, spoke.parallel_upgrades)
    completed = tuple(upgrade for upgrade, messages in zip(planned, problems, strict=True) if not messages)
    return completed, tuple(problem for messages in problems for problem in messages)
