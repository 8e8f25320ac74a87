"""Runs a story: shows each step while it runs, times it, stops at the first that did not hold, ends with a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.console import Console
from rich.table import Table

W = TypeVar("W")


class StepFailed(Exception):  # noqa: N818 - it is a verdict on the story, not an error of the program
    """What the story promises and AWS did not show."""


@dataclass(frozen=True, slots=True)
class Step(Generic[W]):
    """One line of the story: what happens, how many actions a person takes, the function that does and proves it."""

    title: str
    human_actions: int
    run: Callable[[W], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step that ran: what was read back from AWS, or what did not hold."""

    title: str
    human_actions: int
    seconds: float
    held: bool
    evidence: str


def require(condition: object, message: str) -> None:
    """Raise NotHeld with `message` unless `condition` is true."""
    if not condition:
        raise StepFailed(message)


def play(steps: Sequence[Step[W]], world: W, console: Console) -> tuple[Outcome, ...]:
    """Run `steps` in order until one does not hold; the outcomes of those that ran."""
    outcomes: list[Outcome] = []
    for number, step in enumerate(steps, start=1):
        outcome = _run(f"[{number:2}/{len(steps)}]", step, world, console)
        outcomes.append(outcome)
        if not outcome.held:
            break
    return tuple(outcomes)


def _run(label: str, step: Step[W], world: W, console: Console) -> Outcome:
    started = time.monotonic()
    if not console.is_terminal:
        console.print(f"{label} {step.title} ...", highlight=False, markup=False)
    with console.status(f"{label} {step.title}".replace("[", r"\[")):
        try:
            evidence, held = step.run(world), True
        except StepFailed as problem:
            evidence, held = str(problem), False
    seconds = time.monotonic() - started
    mark = "ok  " if held else "FAIL"
    console.print(f"{label} {mark} {step.title} ({seconds:.1f} s)", highlight=False, markup=False)
    console.print(f"             {evidence}", highlight=False, markup=False, style="dim" if held else "red")
    return Outcome(step.title, step.human_actions, seconds, held, evidence)


def summary(outcomes: Sequence[Outcome], total_steps: int) -> Table:
    """The closing table: steps, seconds, human actions."""
    table = Table(title="What happened", title_justify="left")
    table.add_column("step")
    table.add_column("held")
    table.add_column("seconds", justify="right")
    table.add_column("human actions", justify="right")
    for outcome in outcomes:
        table.add_row(
            outcome.title, "yes" if outcome.held else "NO", f"{outcome.seconds:.1f}", str(outcome.human_actions)
        )
    table.add_section()
    held = sum(outcome.held for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    table.add_row("all", f"{held} of {total_steps}", f"{seconds:.1f}", str(sum(o.human_actions for o in outcomes)))
    return table
