"""From team files to accounts with a baseline: organisation, hub, then every account, each only if something changed.

A unit whose digest is the one that was noted after its last success is left alone. The note is taken back before
anything is applied, so that a run that is killed counts as none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from generators.accounts.account_requests import AccountRequests
from generators.accounts.teams import Account
from generators.aws import organization, terraform_state
from generators.aws.session import Aws
from generators.errors import UserError
from scripts.vend import input_digest, plan_checks, terraform
from scripts.vend import terraform_states as parts
from scripts.vend.terraform import PlanSummary
from scripts.vend.terraform_states import TerraformState

_FINDINGS = 2  # the exit code of a UserError that tells of findings
_ACCOUNT = "aws_organizations_account.spoke"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one unit."""

    title: str
    result: str  # unchanged, no changes, planned, applied, drifted, failed; refused by the plan checks
    detail: str = ""
    seconds: float = 0
    problems: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()  # of the plan checks


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How units are gone through."""

    aws: Aws
    plan_only: bool = False
    refresh: bool = False  # look at AWS even when nothing changed here
    hear: Callable[[str], None] = lambda _: None


def apply_platform(
    way: RunOptions, root: Path, asked: AccountRequests, wanted: tuple[Account, ...]
) -> tuple[Outcome, ...]:
    """Organisation, log archive, hub, accounts: each needs the one before it, so a stage that fails is the last."""
    stages: tuple[Callable[[], tuple[TerraformState, ...]], ...] = (
        lambda: (parts.organization(root, way.aws, asked),),
        lambda: (parts.log_archive(root, way.aws),),
        lambda: parts.hubs(root, way.aws),
        lambda: parts.spokes(root, way.aws, asked, wanted),
    )
    outcomes: tuple[Outcome, ...] = ()
    for stage in stages:
        try:
            units = stage()
        except UserError as error:
            if not way.plan_only:
                raise
            return (*outcomes, Outcome("the rest", "waiting", error.problems[0]))
        outcomes += apply_states(way, units)
        if any(it.result in ("failed", "refused") for it in outcomes):
            break
    return outcomes


def apply_states(way: RunOptions, units: Iterable[TerraformState]) -> tuple[Outcome, ...]:
    """Every unit, some at a time; one that fails holds up no other."""
    with ThreadPoolExecutor(way.aws.platform.concurrency.terraform_runs) as pool:
        return tuple(pool.map(lambda unit: apply_state(way, unit), units))


def apply_state(way: RunOptions, unit: TerraformState) -> Outcome:
    """Plan and apply one unit, unless nothing changed since its last success."""
    began = time.monotonic()
    try:
        outcome = _vend(way, unit)
    except UserError as error:
        outcome = Outcome(unit.title, "failed", error.problems[0], problems=error.problems)
        if error.exit_code == _FINDINGS:
            outcome = replace(outcome, result="refused", problems=(), findings=error.problems)
    outcome = replace(outcome, seconds=time.monotonic() - began)
    way.hear(f"{unit.title}: {outcome.result}")
    return outcome


def _vend(way: RunOptions, unit: TerraformState) -> Outcome:
    now = input_digest.of(unit)
    if way.plan_only and way.refresh and not terraform_state.resource_addresses(way.aws, unit.key):
        return Outcome(unit.title, "not vended", "nothing was laid down here yet")
    if not way.refresh and terraform_state.read_applied_digest(way.aws, unit.key) == now:
        return Outcome(unit.title, "unchanged")
    if way.plan_only:
        return _planned(unit, "" if way.refresh else now)
    if unit.root == "organization":
        _adopt(way.aws, unit)
    terraform_state.write_applied_digest(way.aws, unit.key, "")
    counts = _applied(unit, now)
    terraform_state.write_applied_digest(way.aws, unit.key, now)
    return Outcome(unit.title, "applied", str(counts)) if counts.changes else Outcome(unit.title, "no changes")


def _planned(unit: TerraformState, now: str) -> Outcome:
    """What would be done, and what the checks say of it; with a digest it may be applied as it is."""
    counts = terraform.plan(unit)
    found = plan_checks.check_plan(unit)
    if now:
        _looked_at(unit).write_text(_inputs(unit, now), encoding="utf-8")
    result, detail = ("planned", f"{counts}; {found}") if counts.changes else ("no changes", str(found))
    return Outcome(unit.title, result, detail, findings=plan_checks.sentences(unit, found))


def _applied(unit: TerraformState, now: str) -> PlanSummary:
    """A plan that a person looked at is what is applied; without one, plan and apply in one go.

    The organisation is always planned first: its plan must not close an account. Where there is a plan the checks must
    hold of it; to make one only for them would cost an account half as much again.
    """
    looked_at = _looked_at(unit)
    planned = looked_at.read_text(encoding="utf-8") if looked_at.exists() else ""
    if unit.root == "organization":
        _must_close_no_account(unit, terraform.plan(unit))
    elif planned != _inputs(unit, now):
        looked_at.unlink(missing_ok=True)
        return terraform.apply(unit)
    plan_checks.require_plan_checks(unit)
    looked_at.unlink(missing_ok=True)  # a plan is applied once
    return terraform.apply_plan(unit)


def _looked_at(unit: TerraformState) -> Path:
    """Says from which inputs the unit's saved plan was made."""
    return unit.local("planned")


def _inputs(unit: TerraformState, now: str) -> str:
    """A plan is good for the AWS that it was made against."""
    return f"{now} {unit.environment.get('AWS_ENDPOINT_URL', '')}"


def _must_close_no_account(unit: TerraformState, counts: PlanSummary) -> None:
    if unit.root == "organization" and counts.destroy:
        raise UserError(
            "organization: the plan would close or remove something of the organisation; look at it with"
            " `.venv/bin/python -m scripts.vend plan organization`, and end a team's accounts with"
            " `make decommission TEAM=...`"
        )


def _adopt(aws: Aws, unit: TerraformState) -> None:
    """Accounts that were made by a run that ended before it could write its state."""
    held = terraform_state.resource_addresses(aws, unit.key)
    if not held:
        return
    existing = organization.account_ids(aws)
    for name in unit.variables["accounts"]:
        address = f'{_ACCOUNT}["{name}"]'
        if name in existing and address not in held:
            terraform.import_resource(unit, address, existing[name])


def drift(way: RunOptions, units: Iterable[TerraformState]) -> tuple[Outcome, ...]:
    """Compare every unit with AWS; nothing is changed."""
    looked = apply_states(RunOptions(way.aws, plan_only=True, refresh=True, hear=way.hear), units)
    return tuple(replace(it, result="drifted") if it.result == "planned" else it for it in looked)
