"""The end of a team's accounts: products, baseline, suspended unit, closed. Each step can be run again.

What the baseline's access log bucket holds is evidence: it stays in the account, which AWS keeps for 90 days after it
is closed (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generators.catalog import addresses, teams
from generators.catalog.aws import data, state
from generators.catalog.aws.session import ADMINISTRATOR, Aws
from generators.catalog.aws.spoke import Spoke
from generators.catalog.model import CatalogError
from generators.catalog.plan import Provisioned
from scripts.vend import estate, terraform
from scripts.vend.estate import Unit
from scripts.vend.requests import Requests

_EVIDENCE = "module.access_logs"
Hear = Callable[[str], None]


def end(aws: Aws, requests: Requests, team: str, units: tuple[Unit, ...], force: bool, hear: Hear) -> None:
    """End every account of a team; CatalogError while something is in use, unless forced."""
    live = {unit.title: unit.variables["account_id"] for unit in units if state.resources(aws, unit.key)}
    if force:
        _terminate(aws, live, hear)
    else:
        _refuse_while_used(aws, live)
    for unit in units:
        if unit.title in live:
            _destroy(aws, unit)
            hear(f"{unit.title}: baseline destroyed")
    repository = units[0].repository
    for decommissioned, told in (({"suspended": team}, "suspended"), ({"without": team}, "closed")):
        organization = estate.organization(repository, aws, requests, **decommissioned)
        if terraform.plan(organization).changes:
            state.note(aws, organization.key, "")
            terraform.apply_plan(organization)
        hear(f"{team}: accounts {told}")
    addresses.write(repository, {name: block for name, block in requests.book.items() if name != team})
    (repository / teams.FOLDER / f"{team}.yaml").unlink()


def _refuse_while_used(aws: Aws, live: Mapping[str, str]) -> None:
    problems: list[str] = []
    for name, account in live.items():
        running, held = _spoke(aws, account).read(), _held(aws, account)
        problems += [f"{name}: '{it.name}' runs {it.product} {it.version}; terminate it first" for it in running]
        problems += [f"{name}: bucket {bucket} holds data; move it, then empty the bucket" for bucket in held]
    if problems:
        last = "nothing was done; FORCE=1 ends the products and leaves the data to the closed account"
        raise CatalogError([*problems, last])


def _spoke(aws: Aws, account: str) -> Spoke:
    return Spoke(aws, account, aws.platform.regions[0], ADMINISTRATOR, by=aws.management_account)


def _held(aws: Aws, account: str) -> tuple[str, ...]:
    prefix = f"{aws.platform.name_prefix}-access-logs-"
    return tuple(bucket for bucket in data.buckets_in_use(aws, account) if not bucket.startswith(prefix))


def _terminate(aws: Aws, live: Mapping[str, str], hear: Hear) -> None:
    """Round by round, because a product that another one needs can only end after it."""
    for name, account in live.items():
        spoke = _spoke(aws, account)
        running = spoke.read()
        while running:
            for it in running:
                _try(spoke, it, hear)
            left = spoke.read()
            if len(left) == len(running):
                hint = f"look at its stack in {spoke.where}"
                raise CatalogError(f"{name}: '{it.name}' does not end; {hint}" for it in left)
            running = left


def _try(spoke: Spoke, it: Provisioned, hear: Hear) -> None:
    try:
        spoke.terminate(it, hear)
    except CatalogError as refused:
        hear(refused.problems[0])


def _destroy(aws: Aws, unit: Unit) -> None:
    state.note(aws, unit.key, "")
    if any(address.startswith(_EVIDENCE) for address in state.resources(aws, unit.key)):
        terraform.forget(unit, _EVIDENCE)
    terraform.destroy(unit)
