"""The story's runner: it believes no step, it stops where AWS showed something else."""

import io

from rich.console import Console

from scripts.demo.runner import Step, play, require, summary


def _claims(world: list[str]) -> str:
    world.append("claims")
    return "read back: 3 accounts"


def _fails(world: list[str]) -> str:
    require(len(world) == 99, f"only {len(world)} there")
    return "never printed"


def _tell(*steps: Step[list[str]]) -> tuple[list[str], list[bool], str]:
    world: list[str] = []
    console = Console(file=io.StringIO(), width=120)
    outcomes = play(steps, world, console)
    console.print(summary(outcomes, len(steps)))
    return world, [outcome.held for outcome in outcomes], console.file.getvalue()


def test_a_step_that_holds_prints_what_was_read_back_and_counts_its_human_actions():
    world, held, text = _tell(Step("Accounts", 2, _claims))
    assert held == [True]
    assert world == ["claims"]
    assert "read back: 3 accounts" in text
    assert "1 of 1" in text


def test_a_step_that_does_not_hold_says_why_and_ends_the_story():
    world, held, text = _tell(Step("First", 1, _claims), Step("Second", 1, _fails), Step("Third", 1, _claims))
    assert held == [True, False]
    assert world == ["claims"]
    assert "only 1 there" in text
    assert "1 of 3" in text


def test_without_a_terminal_a_step_is_announced_before_it_runs():
    _, _, text = _tell(Step("Accounts", 1, _claims))
    assert text.index("Accounts ...") < text.index("ok   Accounts")
