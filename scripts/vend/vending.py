"""Vending: applies the organization, the log archive, the hub and the accounts' baselines where an input changed.

A state is skipped when its input digest equals the one of its last successful apply. The stored digest is removed
before an apply, so that a run that is killed counts as failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from generators.accounts.account_requests import AccountRequests
from generators.accounts.teams import Account
from generators.aws import organization, terraform_state
from generators.aws.parallel import parallel_map
from generators.aws.session import Aws
from generators.config.files import write_atomically
from generators.errors import UserError
from scripts.terminal import OnProgress
from scripts.vend import input_digest, plan_checks, terraform, terraform_process, terraform_states
from scripts.vend.terraform import PlanSummary
from scripts.vend.terraform_states import TerraformState

_FINDINGS = 2  # exit code of a UserError that contains findings
_ACCOUNT = "aws_organizations_account.spoke"


@dataclass(frozen=True, slots=True)
class StateResult:
    """The result of a run for one state."""

    title: str
    result: str  # unchanged, no changes, planned, applied, drifted, failed; refused by the plan checks
    detail: str = ""
    seconds: float = 0
    problems: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()  # of the plan checks


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The target and mode of a run."""

    aws: Aws
    plan_only: bool = False
    refresh: bool = False  # compare with AWS even when no input changed
    on_progress: OnProgress = lambda _: None


def apply_platform(
    options: RunOptions, root: Path, requests: AccountRequests, accounts: tuple[Account, ...]
) -> tuple[StateResult, ...]:
    """Apply organization, log archive, hub and accounts. Each needs the one before it; a failure ends the run."""
    aws = options.aws
    steps: tuple[Callable[[], tuple[TerraformState, ...]], ...] = (
        lambda: (terraform_states.organization(root, aws, requests),),
        lambda: (terraform_states.log_archive(root, aws),),
        lambda: terraform_states.hubs(root, aws),
        lambda: terraform_states.spokes(root, aws, requests, accounts),
    )
    results: tuple[StateResult, ...] = ()
    for step in steps:
        try:
            states = step()
        except UserError as error:
            if not options.plan_only:
                raise
            return (*results, StateResult("the rest", "waiting", error.problems[0]))
        results += apply_states(options, states)
        if any(result.result in ("failed", "refused") for result in results):
            break
    return results


def apply_states(options: RunOptions, states: Iterable[TerraformState]) -> tuple[StateResult, ...]:
    """Apply states in parallel; a failure does not stop the others, an interrupt stops all."""
    workers = options.aws.platform.concurrency.terraform_runs
    with terraform_process.stopped_by_interrupt():
        return tuple(parallel_map(lambda state: apply_state(options, state), states, workers))


def apply_state(options: RunOptions, state: TerraformState) -> StateResult:
    """Plan and apply one state, unless its inputs are those of the last successful apply."""
    start = time.monotonic()
    try:
        result = _apply_if_changed(options, state)
    except UserError as error:
        result = StateResult(state.title, "failed", error.problems[0], problems=error.problems)
        if error.exit_code == _FINDINGS:
            result = replace(result, result="refused", problems=(), findings=error.problems)
    result = replace(result, seconds=time.monotonic() - start)
    options.on_progress(f"{state.title}: {result.result}")
    return result


def _apply_if_changed(options: RunOptions, state: TerraformState) -> StateResult:
    digest = input_digest.compute(state)
    if options.plan_only and options.refresh and not terraform_state.resource_addresses(options.aws, state.key):
        return StateResult(state.title, "not vended", "nothing was laid down here yet")
    if not options.refresh and terraform_state.read_applied_digest(options.aws, state.key) == digest:
        return StateResult(state.title, "unchanged")
    if options.plan_only:
        return _plan(state, "" if options.refresh else digest)
    if state.root == "organization":
        _import_existing_accounts(options.aws, state)
    terraform_state.write_applied_digest(options.aws, state.key, "")
    summary = _apply(state, digest)
    terraform_state.write_applied_digest(options.aws, state.key, digest)
    return (
        StateResult(state.title, "applied", str(summary)) if summary.changes else StateResult(state.title, "no changes")
    )


def _plan(state: TerraformState, digest: str) -> StateResult:
    """Plan and check; with a digest the saved plan may be applied later as it is."""
    summary = terraform.plan(state)
    report = plan_checks.check_plan(state)
    if digest:
        write_atomically(_saved_plan_inputs(state), _inputs(state, digest).encode())
    result, detail = ("planned", f"{summary}; {report}") if summary.changes else ("no changes", str(report))
    return StateResult(state.title, result, detail, findings=plan_checks.sentences(state, report))


def _apply(state: TerraformState, digest: str) -> PlanSummary:
    """Apply the saved plan that a person reviewed; without one, plan first. The plan checks run on that very plan.

    The organization is always planned again, because its plan must not close an account.
    """
    marker = _saved_plan_inputs(state)
    is_reviewed = marker.exists() and marker.read_text(encoding="utf-8") == _inputs(state, digest)
    marker.unlink(missing_ok=True)  # a plan is applied once
    if state.root == "organization" or not is_reviewed:
        _require_no_account_closed(state, terraform.plan(state))
    return plan_checks.apply_plan(state)


def _saved_plan_inputs(state: TerraformState) -> Path:
    """The file that names the inputs of the state's saved plan."""
    return state.local("planned")


def _inputs(state: TerraformState, digest: str) -> str:
    """A plan is valid only for the endpoint that it was made against."""
    return f"{digest} {state.environment.get('AWS_ENDPOINT_URL', '')}"


def _require_no_account_closed(state: TerraformState, summary: PlanSummary) -> None:
    if state.root == "organization" and summary.destroy:
        raise UserError(
            "organization: the plan would close or remove something of the organisation; look at it with"
            " `.venv/bin/python -m scripts.vend plan organization`, and end a team's accounts with"
            " `make decommission TEAM=...`"
        )


def _import_existing_accounts(aws: Aws, state: TerraformState) -> None:
    """Import accounts that were created by a run that was killed before it could write its state."""
    addresses = terraform_state.resource_addresses(aws, state.key)
    if not addresses:
        return
    ids = organization.account_ids(aws)
    for name in state.variables["accounts"]:
        address = f'{_ACCOUNT}["{name}"]'
        if name in ids and address not in addresses:
            terraform.import_resource(state, address, ids[name])


def drift(options: RunOptions, states: Iterable[TerraformState]) -> tuple[StateResult, ...]:
    """Compare every state with AWS; change nothing."""
    plan_options = RunOptions(options.aws, plan_only=True, refresh=True, on_progress=options.on_progress)
    results = apply_states(plan_options, states)
    return tuple(replace(result, result="drifted") if result.result == "planned" else result for result in results)
