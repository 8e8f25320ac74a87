"""The model of time and cost behind docs/scale.md."""

import json
import re
from pathlib import Path

import pytest

from scripts.vend.cost_model import (
    BUILDS_AT_ONCE,
    CASES,
    DOCUMENT,
    FIGURES,
    SIZES,
    builds,
    dollars,
    format_seconds,
    seconds,
    updated,
)

ROOT = Path(__file__).resolve().parents[3]
NOTHING, TEAM, MODULE, DRIFT, NEW = CASES
PIPELINE = ROOT / "terraform" / "modules" / "vending_pipeline"


def test_the_page_has_the_current_tables_of_the_model():
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    assert text == updated(text), "run: .venv/bin/python -m scripts.vend.cost_model"


def test_the_transitions_are_those_of_the_definition():
    text = re.sub(r"\$\{\w+\}", "1", (PIPELINE / "definition.asl.json").read_text(encoding="utf-8"))
    child = json.loads(text)["States"]["Accounts"]["ItemProcessor"]
    path, name = [], child["StartAt"]
    while name:
        path.append(name)
        state = child["States"][name]
        name = state.get("Next") or next((rule["Next"] for rule in state.get("Choices", ())), "")
    assert FIGURES["transitions"].value == len(path) + 1, path


@pytest.mark.parametrize("accounts", SIZES)
def test_a_run_without_changes_costs_nothing_and_takes_the_time_of_the_skips(accounts):
    assert (builds(NOTHING, accounts), dollars(NOTHING, accounts)) == (0, 0)
    assert seconds(NOTHING, accounts, 20) == pytest.approx(0.02 * accounts)


@pytest.mark.parametrize("case", [MODULE, DRIFT], ids=lambda case: case.title)
def test_ten_times_the_parallel_builds_take_about_a_tenth_of_the_time(case):
    few, many = (seconds(case, 10_000, at_once) - 200 for at_once in (20, 200))
    assert few == pytest.approx(10 * many)


def test_account_creation_is_slower_than_builds():
    times = {seconds(NEW, 10_000, at_once) for at_once in BUILDS_AT_ONCE}
    assert times == {10_000 / 5 * 180 + 200}


def test_a_build_is_charged_by_begun_minutes():
    each = dollars(MODULE, 1_000) / 1_000
    assert 2 * FIGURES["build_minute"].value < each < 2.2 * FIGURES["build_minute"].value


def test_a_changed_team_pays_for_its_accounts_alone():
    assert dollars(TEAM, 10_000) == pytest.approx(dollars(MODULE, 10_000) / 100)


@pytest.mark.parametrize(
    ("time", "text"), [(59, "59 s"), (119, "119 s"), (120, "2.0 min"), (9_000, "2.5 h"), (200_000, "2.3 d")]
)
def test_durations_are_formatted_in_a_readable_unit(time, text):
    assert format_seconds(time) == text
