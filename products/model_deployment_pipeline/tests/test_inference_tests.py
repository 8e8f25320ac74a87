"""The tests of a deployed model: its responses, their duration, its batch, the team's test cases."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
CASES = {"requests": [{"body": "1,2", "contains": "0."}, {"body": "3,4"}], "milliseconds": 50}


@pytest.fixture(scope="module")
def program() -> Iterator[Any]:
    """The program, which imports modules of its folder as in a build."""
    sys.path.insert(0, str(FOLDER))
    yield import_module("inference_tests")
    sys.path.remove(str(FOLDER))


def test_good_answers_in_time_are_right(program: Any) -> None:
    assert list(program.wrong_answers(CASES, lambda body: f"0.{body}")) == []


def test_an_answer_without_its_expected_text_is_reported_with_its_request(program: Any) -> None:
    problems = list(program.wrong_answers(CASES, lambda _: "nan"))
    assert problems == ["request 1: the answer 'nan' does not contain '0.'"]


def test_a_slow_answer_is_reported(program: Any) -> None:
    def slow(_: str) -> str:
        time.sleep(0.06)
        return "0.5"

    assert [problem.split(" took")[0] for problem in program.wrong_answers(CASES, slow)] == [
        "request 1: the answer",
        "request 2: the answer",
    ]


@pytest.mark.parametrize(
    ("status", "answers", "wrong"),
    [("Completed", ["0.1", "0.2"], 0), ("Completed", ["0.1"], 1), ("Failed", [], 1), ("not done in time", [], 1)],
)
def test_a_batch_must_end_with_an_answer_for_each_line(
    program: Any, status: str, answers: list[str], wrong: int
) -> None:
    assert len(list(program.wrong_batch(status, ["1,2", "3,4"], answers))) == wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "upload an archive"), ("{", "upload an archive"), ('{"requests": []}', "batch, content_type is missing")],
)
def test_invalid_cases_are_refused_with_the_fix(program: Any, tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "cases.json").write_text(text)
    with pytest.raises(program.Refused, match=message):
        program.cases(tmp_path)
