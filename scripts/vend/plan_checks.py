"""What the plan checks say of a unit's saved plan. Runs `terraform show`, changes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from generators.errors import UserError
from generators.terraform_checks import context, plan, run
from generators.terraform_checks.check import CheckContext
from generators.terraform_checks.run import CheckReport
from scripts.vend import terraform
from scripts.vend.terraform_states import TerraformState


def check_plan(unit: TerraformState) -> CheckReport:
    """Every check on the plan that was written last."""
    return run.check_plan(plan.read(terraform.planned(unit)), _facts(unit.repository))


def sentences(unit: TerraformState, found: CheckReport) -> tuple[str, ...]:
    """A line for each finding, with the part of the estate in front."""
    return tuple(f"{unit.title}: {it}" for it in found.failed)


def require_plan_checks(unit: TerraformState) -> None:
    """UserError with every finding of the saved plan, exit code 2: nothing of it is applied."""
    problems = sentences(unit, check_plan(unit))
    if problems:
        raise UserError([*problems, f"{unit.title}: nothing was applied; mend the modules and plan again"], 2)


@cache
def _facts(repository: Path) -> CheckContext:
    """Once for all units."""
    return context.read(repository)
