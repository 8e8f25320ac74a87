"""The embedded AWS answers as AWS did: each row of tests/recorded/*.yaml is replayed (replay.py has the schema)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.localaws.conftest import Aws, started
from tests.recorded.replay import Session, files, outcome, rows

FILES = {path.stem: content for path, content in files()}
ROWS = [pytest.param(name, row, id=f"{name}: {row['name']}") for name, file in FILES.items() for row in rows(file)]
FIELDS = {
    "name",
    "operation",
    "request",
    "setup",
    "as",
    "caller",
    "until",
    "answer",
    "error",
    "message",
    "recorded",
    "documented",
    "each",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with started(tmp_path_factory.mktemp("recorded")) as running:
        yield Aws(running.endpoint)


@pytest.fixture(scope="module")
def sessions(server: Aws) -> dict[str, Session]:
    """The sessions of the files whose setup has run."""
    return {}


@pytest.mark.parametrize(("file", "row"), ROWS)
def test_the_answer_is_the_one_of_aws(
    server: Aws, sessions: dict[str, Session], file: str, row: Mapping[str, Any]
) -> None:
    if file not in sessions:
        sessions[file] = Session.of(server, FILES[file].get("setup", []))
    assert outcome(sessions[file], row) == []


@pytest.mark.parametrize("file", FILES)
def test_every_row_names_its_source_and_what_is_compared(file: str) -> None:
    for row in FILES[file]["rows"]:
        assert row.keys() <= FIELDS, row["name"]
        assert len({"recorded", "documented"} & row.keys()) == 1, row["name"]
        assert len({"answer", "error"} & row.keys()) == 1, row["name"]


def test_no_row_has_the_name_of_another() -> None:
    names = [row.id for row in ROWS]
    assert sorted(set(names)) == sorted(names)
