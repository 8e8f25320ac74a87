"""The Terraform checks, run on a saved plan, and the apply of a plan that passes them. Runs Terraform."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from generators.errors import UserError
from generators.terraform_checks import context, run
from generators.terraform_checks.model import plan
from generators.terraform_checks.model.check import CheckContext
from generators.terraform_checks.run import CheckReport
from scripts.vend import terraform
from scripts.vend.terraform import PlanSummary
from scripts.vend.terraform_states import TerraformState


def check_plan(state: TerraformState) -> CheckReport:
    """The result of every check on the plan that was saved last."""
    return run.check_plan(plan.read(terraform.read_plan(state)), _context(state.repository))


def sentences(state: TerraformState, report: CheckReport) -> tuple[str, ...]:
    """One line for each finding, which begins with the title of the state."""
    return tuple(f"{state.title}: {finding}" for finding in report.failed)


def apply_plan(state: TerraformState) -> PlanSummary:
    """Apply the saved plan when no check fails on it; UserError with every finding (exit code 2) otherwise.

    The only way in which vending applies something: what is checked is the file that Terraform then applies.
    """
    problems = sentences(state, check_plan(state))
    if problems:
        raise UserError([*problems, f"{state.title}: nothing was applied; mend the modules and plan again"], 2)
    return terraform.apply_plan(state)


@cache
def _context(repository: Path) -> CheckContext:
    """The context of the checks, read once for all states."""
    return context.read(repository)
