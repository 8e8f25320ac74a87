"""What the tests of a deployed model find wrong: its answers, their time, its batch, the team's own cases."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
ASKED = {"requests": [{"body": "1,2", "contains": "0."}, {"body": "3,4"}], "milliseconds": 50}


@pytest.fixture(scope="module")
def program() -> Iterator[Any]:
    """The program, which imports its neighbours as it does in a build."""
    sys.path.insert(0, str(FOLDER))
    yield import_module("inference_tests")
    sys.path.remove(str(FOLDER))


def test_good_answers_in_time_are_right(program: Any) -> None:
    assert list(program.wrong_answers(ASKED, lambda body: f"0.{body}")) == []


def test_an_answer_without_what_it_must_contain_is_told_with_its_request(program: Any) -> None:
    found = list(program.wrong_answers(ASKED, lambda _: "nan"))
    assert found == ["request 1: the answer 'nan' does not contain '0.'"]


def test_an_answer_that_takes_too_long_is_told(program: Any) -> None:
    def slow(_: str) -> str:
        time.sleep(0.06)
        return "0.5"

    assert [it.split(" took")[0] for it in program.wrong_answers(ASKED, slow)] == [
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
    ("text", "said"),
    [(None, "upload an archive"), ("{", "upload an archive"), ('{"requests": []}', "batch, content_type is missing")],
)
def test_cases_that_cannot_be_used_are_refused_with_what_to_do(
    program: Any, tmp_path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "cases.json").write_text(text)
    with pytest.raises(program.Refused, match=said):
        program.cases(tmp_path)
