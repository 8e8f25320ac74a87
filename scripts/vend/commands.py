"""The commands of `python -m scripts.vend`, one function for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generators.accounts import account_requests, ip_allocation
from generators.accounts.account_requests import AccountRequests
from generators.aws import terraform_state
from generators.aws.organization import account_ids
from generators.aws.session import Aws, connect
from generators.config import repository
from generators.errors import UserError
from scripts.terminal import emit, print_errors, print_line, progress, state_results, waiting
from scripts.vend import decommission as decommissioning
from scripts.vend import input_digest, pipeline_input, plan_checks, terraform, terraform_states, vending
from scripts.vend.terraform_states import ROOTS, TerraformState
from scripts.vend.vending import RunOptions, StateResult


@click.command()
@click.argument("name", metavar="TEAM|ACCOUNT|all")
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be done and change nothing.")
@click.option("--refresh", is_flag=True, help="Compare with AWS even where no input changed: repairs drift.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def team(name: str, plan_only: bool, refresh: bool, as_json: bool) -> int:
    """Vend a team's accounts: organisation, hub, then each account's baseline.

    States whose inputs did not change since their last success are skipped; a failed account does not stop the others.
    With --plan the plan checks run on the plans; exit 2 when one fails.
    """
    root, aws, requests = _start()
    accounts = requests.select(name)
    if not plan_only and ip_allocation.write(root, requests.allocations):
        print_errors((f"{ip_allocation.FILE}: new entries; commit it",))
    with progress("vending", 2 + len(aws.platform.regions) + len(accounts)) as on_progress:
        options = RunOptions(aws, plan_only, refresh, on_progress)
        results = vending.apply_platform(options, root, requests, accounts)
    return _print_results(results, as_json)


@click.command()
@click.argument("name", metavar="TEAM|ACCOUNT|all")
@click.option("--whole", is_flag=True, help="Include organisation, log archive and hub; `all` always includes them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def drift(name: str, whole: bool, as_json: bool) -> int:
    """Compare the Terraform states with AWS and change nothing; exit 2 when something differs or a check fails."""
    root, aws, requests = _start()
    states = terraform_states.spokes(root, aws, requests, requests.select(name))
    if whole or name == "all":
        states = (*terraform_states.platform(root, aws, requests), *states)
    with progress("comparing", len(states)) as on_progress:
        results = vending.drift(RunOptions(aws, on_progress=on_progress), states)
    exit_code = _print_results(results, as_json)
    return exit_code or (2 if any(result.result == "drifted" for result in results) else 0)


@click.command()
@click.argument("name", metavar="TEAM")
@click.option("--force", is_flag=True, help="Terminate products that still run, and leave data in the closed accounts.")
def decommission(name: str, force: bool) -> None:
    """Decommission a team: terminate products, destroy baselines, close accounts, remove its file and addresses."""
    root, aws, requests = _start()
    if name == "all":
        raise UserError("TEAM=all: one team at a time; name it")
    states = terraform_states.spokes(root, aws, requests, requests.select(name))
    with waiting(f"decommissioning {name}") as on_progress:
        decommissioning.decommission(aws, requests, name, states, force, on_progress)
    print_line(f"{name}: its accounts are closed; commit what changed in {ip_allocation.FILE.parent}")


@click.command("list")
@click.option("--to", "bucket", default="", help="Upload source and list to the vending pipeline's bucket.")
def listing(bucket: str) -> None:
    """List new accounts and those whose inputs changed since their last success, one JSON object per line."""
    root, aws, requests = _start()
    if bucket and ip_allocation.read(root) != requests.allocations:
        raise UserError(f"{ip_allocation.FILE}: a team has no addresses yet; run `make vend TEAM=all`, commit the file")
    ids = {} if bucket else account_ids(aws)  # before the organisation is applied, a new team has no accounts
    existing = tuple(account for account in requests.accounts if bucket or account.name in ids)
    changed = {
        state.variables["account_name"]  # once for all regions
        for state in terraform_states.spokes(root, aws, requests, existing)
        if terraform_state.read_applied_digest(aws, state.key) != input_digest.compute(state)
    }
    names = [account.name for account in requests.accounts if account.name in changed or account not in existing]
    if bucket and names:
        pipeline_input.upload(aws, root, bucket, names)
    for line in pipeline_input.account_lines(names).splitlines():
        print_line(line)


@click.command()
@click.argument("root_module", metavar="ROOT", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
@click.option("--expect-empty", is_flag=True, help="Exit 2 unless nothing would change.")
def plan(root_module: str, account: str, expect_empty: bool) -> int:
    """Plan one root module and run the plan checks; exit 2 when one fails."""
    changed = False
    findings: tuple[str, ...] = ()
    for state in _states(root_module, account):
        summary, report = terraform.plan(state), plan_checks.check_plan(state)
        changed |= bool(summary.changes)
        findings += plan_checks.sentences(state, report)
        print_line(f"{state.title}: {f'planned: {summary}' if summary.changes else 'no changes'}; {report}")
    print_errors(findings)
    return 2 if findings or (expect_empty and changed) else 0


@click.command()
@click.argument("root_module", metavar="ROOT", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
def apply(root_module: str, account: str) -> None:
    """Apply one root module, whether its inputs changed or not."""
    _, aws, _ = _start()
    for state in _states(root_module, account):
        result = vending.apply_state(RunOptions(aws, refresh=True), state)
        if result.problems or result.findings:
            raise UserError(result.problems or result.findings, 3 if result.problems else 2)
        print_line(f"{state.title}: {result.result}" + (f": {result.detail}" if result.detail else ""))


@click.command()
@click.argument("root_module", metavar="ROOT", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
def destroy(root_module: str, account: str) -> None:
    """Destroy one root module."""
    _, aws, _ = _start()
    for state in _states(root_module, account):
        terraform_state.write_applied_digest(aws, state.key, "")
        terraform.destroy(state)
        print_line(f"{state.title}: destroyed")


COMMANDS = (team, drift, decommission, listing, plan, apply, destroy)


def _start() -> tuple[Path, Aws, AccountRequests]:
    """The root of the repository, the target and the account requests, once all files are valid."""
    root = repository.find_root()
    requests = account_requests.read(root)
    print_errors(requests.warnings)
    return root, connect(root), requests


def _states(root_module: str, account: str) -> tuple[TerraformState, ...]:
    root, aws, requests = _start()
    return terraform_states.select(root, aws, requests, root_module, account)


def _print_results(results: Sequence[StateResult], as_json: bool) -> int:
    """Print the results and their problems; the exit code."""
    emit(state_results.table(results), state_results.data(results), as_json)
    print_errors(tuple(problem for result in results for problem in (*result.problems, *result.findings)))
    if any(result.result == "failed" for result in results):
        return 3
    return 2 if any(result.findings for result in results) else 0
