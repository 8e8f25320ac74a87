"""Decommissioning of a team: terminates products, destroys baselines, suspends and closes the accounts. Repeatable.

The baseline's access log bucket is evidence: it stays in the account, which AWS keeps for 90 days after it is closed
(https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generators.accounts import ip_allocation, teams
from generators.accounts.account_requests import AccountRequests
from generators.aws import bucket_usage, terraform_state
from generators.aws.session import ADMINISTRATOR, Aws
from generators.catalog.spoke import Spoke
from generators.catalog.upgrades import ProvisionedProduct
from generators.errors import UserError
from scripts.terminal import OnProgress
from scripts.vend import plan_checks, terraform, terraform_states
from scripts.vend.terraform_states import TerraformState

_EVIDENCE = "module.access_logs"


def decommission(
    aws: Aws,
    requests: AccountRequests,
    team: str,
    states: tuple[TerraformState, ...],
    force: bool,
    on_progress: OnProgress,
) -> None:
    """Decommission every account of a team; UserError while something is in use, unless forced."""
    applied = [state for state in states if terraform_state.resource_addresses(aws, state.key)]
    accounts = {state.title: state.variables["account_id"] for state in applied}
    if force:
        _terminate_products(aws, accounts, on_progress)
    else:
        _require_unused(aws, accounts)
    for state in applied:
        _destroy(aws, state)
        on_progress(f"{state.title}: baseline destroyed")
    repository = states[0].repository
    _close_accounts(aws, repository, requests, team, on_progress)
    remaining = {name: block for name, block in requests.allocations.items() if name != team}
    ip_allocation.write(repository, remaining)
    (repository / teams.FOLDER / f"{team}.yaml").unlink()


def _require_unused(aws: Aws, accounts: Mapping[str, str]) -> None:
    problems: list[str] = []
    for name, account in accounts.items():
        products, buckets = _spoke(aws, account).read(), _buckets_in_use(aws, account)
        problems += [
            f"{name}: '{product.name}' runs {product.product} {product.version}; terminate it first"
            for product in products
        ]
        problems += [f"{name}: bucket {bucket} holds data; move it, then empty the bucket" for bucket in buckets]
    if problems:
        hint = "nothing was done; FORCE=1 ends the products and leaves the data to the closed account"
        raise UserError([*problems, hint])


def _spoke(aws: Aws, account: str) -> Spoke:
    return Spoke(aws, account, aws.platform.regions[0], ADMINISTRATOR, source_account=aws.management_account)


def _buckets_in_use(aws: Aws, account: str) -> tuple[str, ...]:
    access_logs = f"{aws.platform.name_prefix}-access-logs-"
    return tuple(bucket for bucket in bucket_usage.buckets_in_use(aws, account) if not bucket.startswith(access_logs))


def _terminate_products(aws: Aws, accounts: Mapping[str, str], on_progress: OnProgress) -> None:
    """Terminate in rounds, because a product can only end after the products that depend on it."""
    for name, account in accounts.items():
        spoke = _spoke(aws, account)
        products = spoke.read()
        while products:
            for product in products:
                _try_to_terminate(spoke, product, on_progress)
            remaining = spoke.read()
            if len(remaining) == len(products):
                hint = f"look at its stack in {spoke.where}"
                raise UserError(f"{name}: '{product.name}' does not end; {hint}" for product in remaining)
            products = remaining


def _try_to_terminate(spoke: Spoke, product: ProvisionedProduct, on_progress: OnProgress) -> None:
    try:
        spoke.terminate(product, on_progress)
    except UserError as error:
        on_progress(error.problems[0])


def _destroy(aws: Aws, state: TerraformState) -> None:
    terraform_state.write_applied_digest(aws, state.key, "")
    if any(address.startswith(_EVIDENCE) for address in terraform_state.resource_addresses(aws, state.key)):
        terraform.remove_from_state(state, _EVIDENCE)
    terraform.destroy(state)


def _close_accounts(aws: Aws, repository: Path, requests: AccountRequests, team: str, on_progress: OnProgress) -> None:
    """Move the accounts to the suspended unit, then close them."""
    for change, result in (({"suspended": team}, "suspended"), ({"without": team}, "closed")):
        organization = terraform_states.organization(repository, aws, requests, **change)
        if terraform.plan(organization).changes:
            terraform_state.write_applied_digest(aws, organization.key, "")
            plan_checks.apply_plan(organization)
        on_progress(f"{team}: accounts {result}")
