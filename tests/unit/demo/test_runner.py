"""The runner of the demo: a step must return evidence, and the first failure stops the demo."""

import io

from rich.console import Console

from scripts.demo.runner import Step, require, run_steps, summary


def _passes(state: list[str]) -> str:
    state.append("passed")
    return "read back: 3 accounts"


def _fails(state: list[str]) -> str:
    require(len(state) == 99, f"only {len(state)} there")
    return "never printed"


def _run(*steps: Step[list[str]]) -> tuple[list[str], list[bool], str]:
    """The state after the steps, whether each passed, and the printed text."""
    state: list[str] = []
    console = Console(file=io.StringIO(), width=120)
    outcomes = run_steps(steps, state, console)
    console.print(summary(outcomes, len(steps)))
    return state, [outcome.passed for outcome in outcomes], console.file.getvalue()


def test_a_step_that_passes_prints_its_evidence_and_counts_its_human_actions():
    state, passed, text = _run(Step("Accounts", 2, _passes))
    assert passed == [True]
    assert state == ["passed"]
    assert "read back: 3 accounts" in text
    assert "1 of 1" in text


def test_a_step_that_fails_prints_the_reason_and_stops_the_demo():
    state, passed, text = _run(Step("First", 1, _passes), Step("Second", 1, _fails), Step("Third", 1, _passes))
    assert passed == [True, False]
    assert state == ["passed"]
    assert "only 1 there" in text
    assert "1 of 3" in text


def test_without_a_terminal_a_step_is_announced_before_it_runs():
    _, _, text = _run(Step("Accounts", 1, _passes))
    assert text.index("Accounts ...") < text.index("ok   Accounts")
