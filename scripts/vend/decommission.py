"""The end of a team's accounts: products, baseline, suspended unit, closed. Each step can be run again.

What the baseline's access log bucket holds is evidence: it stays in the account, which AWS keeps for 90 days after it
is closed (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generators.accounts import ip_allocation, teams
from generators.accounts.account_requests import AccountRequests
from generators.aws import bucket_usage, terraform_state
from generators.aws.session import ADMINISTRATOR, Aws
from generators.catalog.spoke import Spoke
from generators.catalog.upgrades import Provisioned
from generators.errors import UserError
from scripts.vend import terraform, terraform_states
from scripts.vend.terraform_states import TerraformState

_EVIDENCE = "module.access_logs"
OnProgress = Callable[[str], None]


def end(
    aws: Aws, requests: AccountRequests, team: str, units: tuple[TerraformState, ...], force: bool, hear: OnProgress
) -> None:
    """End every account of a team; UserError while something is in use, unless forced."""
    live = {
        unit.title: unit.variables["account_id"] for unit in units if terraform_state.resource_addresses(aws, unit.key)
    }
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
        organization = terraform_states.organization(repository, aws, requests, **decommissioned)
        if terraform.plan(organization).changes:
            terraform_state.write_applied_digest(aws, organization.key, "")
            terraform.apply_plan(organization)
        hear(f"{team}: accounts {told}")
    ip_allocation.write(repository, {name: block for name, block in requests.book.items() if name != team})
    (repository / teams.FOLDER / f"{team}.yaml").unlink()


def _refuse_while_used(aws: Aws, live: Mapping[str, str]) -> None:
    problems: list[str] = []
    for name, account in live.items():
        running, held = _spoke(aws, account).read(), _held(aws, account)
        problems += [f"{name}: '{it.name}' runs {it.product} {it.version}; terminate it first" for it in running]
        problems += [f"{name}: bucket {bucket} holds data; move it, then empty the bucket" for bucket in held]
    if problems:
        last = "nothing was done; FORCE=1 ends the products and leaves the data to the closed account"
        raise UserError([*problems, last])


def _spoke(aws: Aws, account: str) -> Spoke:
    return Spoke(aws, account, aws.platform.regions[0], ADMINISTRATOR, source_account=aws.management_account)


def _held(aws: Aws, account: str) -> tuple[str, ...]:
    prefix = f"{aws.platform.name_prefix}-access-logs-"
    return tuple(bucket for bucket in bucket_usage.buckets_in_use(aws, account) if not bucket.startswith(prefix))


def _terminate(aws: Aws, live: Mapping[str, str], hear: OnProgress) -> None:
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
                raise UserError(f"{name}: '{it.name}' does not end; {hint}" for it in left)
            running = left


def _try(spoke: Spoke, it: Provisioned, hear: OnProgress) -> None:
    try:
        spoke.terminate(it, hear)
    except UserError as refused:
        hear(refused.problems[0])


def _destroy(aws: Aws, unit: TerraformState) -> None:
    terraform_state.write_applied_digest(aws, unit.key, "")
    if any(address.startswith(_EVIDENCE) for address in terraform_state.resource_addresses(aws, unit.key)):
        terraform.remove_from_state(unit, _EVIDENCE)
    terraform.destroy(unit)
