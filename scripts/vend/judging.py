"""What the plan checks say of a unit's saved plan. Runs `terraform show`, changes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from generators.catalog.model import CatalogError
from generators.plans import facts, judge, plan
from generators.plans.check import Facts
from generators.plans.judge import Judged
from scripts.vend import terraform
from scripts.vend.estate import Unit


def judged(unit: Unit) -> Judged:
    """Every check on the plan that was written last."""
    return judge.judge(plan.read(terraform.planned(unit)), _facts(unit.repository))


def sentences(unit: Unit, found: Judged) -> tuple[str, ...]:
    """A line for each finding, with the part of the estate in front."""
    return tuple(f"{unit.title}: {it}" for it in found.failed)


def must_hold(unit: Unit) -> None:
    """CatalogError with every finding of the saved plan, exit code 2: nothing of it is applied."""
    problems = sentences(unit, judged(unit))
    if problems:
        raise CatalogError([*problems, f"{unit.title}: nothing was applied; mend the modules and plan again"], 2)


@cache
def _facts(repository: Path) -> Facts:
    """Once for all units."""
    return facts.read(repository)
