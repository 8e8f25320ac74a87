"""Runs steps in order: shows each while it runs, times it, stops at the first failure, ends with a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.console import Console
from rich.table import Table

S = TypeVar("S")


class StepFailed(Exception):  # noqa: N818 - it is the result of a step, not an error of the program
    """AWS does not show what the step expects."""


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """A step of the demo: its title, the number of actions a person takes, the function that runs and verifies it."""

    title: str
    human_actions: int
    run: Callable[[S], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a step: the evidence read back from AWS, or the reason of its failure."""

    title: str
    human_actions: int
    seconds: float
    passed: bool
    evidence: str


def require(condition: object, message: str) -> None:
    """Raise StepFailed with `message` unless `condition` is true."""
    if not condition:
        raise StepFailed(message)


def run_steps(steps: Sequence[Step[S]], state: S, console: Console) -> tuple[Outcome, ...]:
    """Run `steps` in order until one fails; the outcomes of those that ran."""
    outcomes: list[Outcome] = []
    for number, step in enumerate(steps, start=1):
        outcome = _run(f"[{number:2}/{len(steps)}]", step, state, console)
        outcomes.append(outcome)
        if not outcome.passed:
            break
    return tuple(outcomes)


def _run(label: str, step: Step[S], state: S, console: Console) -> Outcome:
    started = time.monotonic()
    if not console.is_terminal:
        console.print(f"{label} {step.title} ...", highlight=False, markup=False)
    with console.status(f"{label} {step.title}".replace("[", r"\[")):
        try:
            evidence, passed = step.run(state), True
        except StepFailed as failure:
            evidence, passed = str(failure), False
    seconds = time.monotonic() - started
    mark = "ok  " if passed else "FAIL"
    console.print(f"{label} {mark} {step.title} ({seconds:.1f} s)", highlight=False, markup=False)
    console.print(f"             {evidence}", highlight=False, markup=False, style="dim" if passed else "red")
    return Outcome(step.title, step.human_actions, seconds, passed, evidence)


def summary(outcomes: Sequence[Outcome], total_steps: int) -> Table:
    """The closing table: steps, seconds, human actions."""
    table = Table(title="Summary", title_justify="left")
    table.add_column("step")
    table.add_column("passed")
    table.add_column("seconds", justify="right")
    table.add_column("human actions", justify="right")
    for outcome in outcomes:
        table.add_row(
            outcome.title, "yes" if outcome.passed else "NO", f"{outcome.seconds:.1f}", str(outcome.human_actions)
        )
    table.add_section()
    passed = sum(outcome.passed for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    actions = sum(outcome.human_actions for outcome in outcomes)
    table.add_row("all", f"{passed} of {total_steps}", f"{seconds:.1f}", str(actions))
    return table
