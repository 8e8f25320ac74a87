"""What a person may ask of the estate, one function for each command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generators.accounts import account_requests, ip_allocation
from generators.accounts.account_requests import AccountRequests
from generators.aws import terraform_state
from generators.aws.session import Aws, connect
from generators.config import repository
from generators.errors import UserError
from scripts.terminal import emit, print_errors, print_line, progress, waiting
from scripts.terminal import outcomes as outcome_table
from scripts.vend import decommission as ending
from scripts.vend import input_digest, pipeline_input, plan_checks, terraform, vending
from scripts.vend import terraform_states as parts
from scripts.vend.terraform_states import ROOTS, TerraformState
from scripts.vend.vending import Outcome, RunOptions


@click.command()
@click.argument("name", metavar="TEAM|ACCOUNT|all")
@click.option("--plan", "plan_only", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--refresh", is_flag=True, help="Compare with AWS even where no input changed: repairs drift.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def team(name: str, plan_only: bool, refresh: bool, as_json: bool) -> int:
    """Vend a team's accounts: organisation, hub, then each account's baseline.

    What did not change since its last success is left alone, an account that fails holds up no other. With --plan the
    plan checks judge what would be done; exit 2 when one does not hold.
    """
    root, aws, asked = _start()
    wanted = asked.of(name)
    if not plan_only and ip_allocation.write(root, asked.book):
        print_errors((f"{ip_allocation.FILE}: new entries; commit it",))
    with progress("vending", 2 + len(aws.platform.regions) + len(wanted)) as advance:
        way = RunOptions(aws, plan_only, refresh, advance)
        outcomes = vending.apply_platform(way, root, asked, wanted)
    return _told(outcomes, as_json)


@click.command()
@click.argument("name", metavar="TEAM|ACCOUNT|all")
@click.option("--whole", is_flag=True, help="Organisation, log archive and hub too; `all` always means them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def drift(name: str, whole: bool, as_json: bool) -> int:
    """Compare with AWS what Terraform laid down, and change nothing; exit 2 when something differs or a check fails."""
    root, aws, asked = _start()
    units = parts.spokes(root, aws, asked, asked.of(name))
    if whole or name == "all":
        units = (parts.organization(root, aws, asked), parts.log_archive(root, aws), *parts.hubs(root, aws), *units)
    with progress("comparing", len(units)) as advance:
        outcomes = vending.drift(RunOptions(aws, hear=advance), units)
    code = _told(outcomes, as_json)
    return code or (2 if any(it.result == "drifted" for it in outcomes) else 0)


@click.command()
@click.argument("name", metavar="TEAM")
@click.option("--force", is_flag=True, help="End what still runs, and leave the data to the closed accounts.")
def decommission(name: str, force: bool) -> None:
    """End a team's accounts: products, baseline, suspended, closed; the team's file and addresses go last."""
    root, aws, asked = _start()
    if name == "all":
        raise UserError("TEAM=all: one team at a time; name it")
    units = parts.spokes(root, aws, asked, asked.of(name))
    with waiting(f"decommissioning {name}") as hear:
        ending.end(aws, asked, name, units, force, hear)
    print_line(f"{name}: its accounts are closed; commit what changed in {ip_allocation.FILE.parent}")


@click.command("list")
@click.option("--to", "bucket", default="", help="Hand source and list over to the vending pipeline's bucket.")
def listing(bucket: str) -> None:
    """Accounts whose inputs changed since their last success, one JSON object a line: what a pipeline works through."""
    root, aws, asked = _start()
    if bucket and ip_allocation.read(root) != asked.book:
        raise UserError(f"{ip_allocation.FILE}: a team has no addresses yet; run `make vend TEAM=all`, commit the file")
    units = parts.spokes(root, aws, asked, asked.accounts)
    changed = [unit for unit in units if terraform_state.read_applied_digest(aws, unit.key) != input_digest.of(unit)]
    names = tuple(dict.fromkeys(unit.variables["account_name"] for unit in changed))  # once for all of its regions
    if bucket and names:
        pipeline_input.hand_over(aws, root, bucket, names)
    for line in pipeline_input.lines(names).splitlines():
        print_line(line)


@click.command()
@click.argument("root_module", metavar="ROOT", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
@click.option("--expect-empty", is_flag=True, help="Exit 2 unless nothing would change.")
def plan(root_module: str, account: str, expect_empty: bool) -> int:
    """Plan one root module by hand, and hear what the plan checks say of it; exit 2 when one does not hold."""
    changed = False
    findings: tuple[str, ...] = ()
    for unit in _units(root_module, account):
        counts, found = terraform.plan(unit), plan_checks.check_plan(unit)
        changed |= bool(counts.changes)
        findings += plan_checks.sentences(unit, found)
        print_line(f"{unit.title}: {f'planned: {counts}' if counts.changes else 'no changes'}; {found}")
    print_errors(findings)
    return 2 if findings or (expect_empty and changed) else 0


@click.command()
@click.argument("root_module", metavar="ROOT", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
def apply(root_module: str, account: str) -> None:
    """Apply one root module by hand, whether its inputs changed or not."""
    _, aws, _ = _start()
    for unit in _units(root_module, account):
        outcome = vending.apply_state(RunOptions(aws, refresh=True), unit)
        if outcome.problems or outcome.findings:
            raise UserError(outcome.problems or outcome.findings, 3 if outcome.problems else 2)
        print_line(f"{unit.title}: {outcome.result}" + (f": {outcome.detail}" if outcome.detail else ""))


@click.command()
@click.argument("root_module", metavar="ROOT", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
def destroy(root_module: str, account: str) -> None:
    """Destroy one root module by hand."""
    _, aws, _ = _start()
    for unit in _units(root_module, account):
        terraform_state.write_applied_digest(aws, unit.key, "")
        terraform.destroy(unit)
        print_line(f"{unit.title}: destroyed")


COMMANDS = (team, drift, decommission, listing, plan, apply, destroy)


def _start() -> tuple[Path, Aws, AccountRequests]:
    """The repository, the target, and what all team files ask for: nothing begins before all of it is valid."""
    root = repository.find_root()
    asked = account_requests.read(root)
    print_errors(asked.warnings)
    return root, connect(root), asked


def _units(root_module: str, account: str) -> tuple[TerraformState, ...]:
    root, aws, asked = _start()
    return parts.units(root, aws, asked, root_module, account)


def _told(outcomes: Sequence[Outcome], as_json: bool) -> int:
    emit(outcome_table.table(outcomes), outcome_table.data(outcomes), as_json)
    print_errors(tuple(problem for it in outcomes for problem in (*it.problems, *it.findings)))
    if any(it.result == "failed" for it in outcomes):
        return 3
    return 2 if any(it.findings for it in outcomes) else 0
