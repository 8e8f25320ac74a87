"""A folder that is read-only and a disk that takes nothing: one sentence, exit code 1, and nothing half written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.conftest import REPOSITORY, Repository

OLD_POLICY = '{"Version": "2012-10-17", "Statement": []}'
COMMANDS = {
    "render": ("render", "note-book"),
    "launch-policy": ("launch-policy", "note-book"),
    "new": ("new", "model-registry"),
}
# The first write of a file fails as on a full disk; root may write everywhere without this capability's loss.
FULL = ("bash", "-c", 'ulimit -f 0; exec "$@"', "-")
READ_ONLY = ("setpriv", "--bounding-set", "-dac_override") if os.geteuid() == 0 else ()


def _run(
    repository: Repository, prefix: tuple[str, ...], *arguments: str, **streams
) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "400"}
    command = [*prefix, sys.executable, "-m", "scripts.catalog", *arguments]
    streams = {"stdout": subprocess.PIPE, **streams}
    return subprocess.run(
        command, cwd=repository.root, env=variables, stderr=subprocess.PIPE, text=True, check=False, **streams
    )


def _files(repository: Repository) -> dict[str, bytes]:
    """Every file of the repository with its content; the cache may have entries."""
    paths = (path for path in repository.root.rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(repository.root).as_posix(): path.read_bytes() for path in paths if path.suffix != ".pyc"}


@pytest.fixture
def read_only(repository: Repository) -> Iterator[Repository]:
    folders = [path for path in (repository.root, *repository.root.rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    yield repository
    for folder in folders:
        folder.chmod(0o755)


def _require_refusal(completed: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert completed.returncode == 1, completed.stderr
    problems = [line for line in completed.stderr.splitlines() if "cannot be" in line]
    assert len(problems) == 1, completed.stderr
    assert all(part in problems[0] for part in parts), completed.stderr
    assert "Traceback" not in completed.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_the_disk_does_not_take_is_named_and_nothing_is_left(repository: Repository, name: str) -> None:
    repository.write("products/note_book/launch_policy.json", OLD_POLICY)
    before = _files(repository)

    completed = _run(repository, FULL, *COMMANDS[name])

    _require_refusal(
        completed, "products/", "cannot be written (File too large); raise the limit", "run the command again"
    )
    assert _files(repository) == before
    assert not repository.path("products/model_registry").exists()
    assert repository.catalog(*COMMANDS[name]).returncode == 0, "the same command works once there is space"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_without_write_access_is_named(read_only: Repository, name: str) -> None:
    read_only.path("products/note_book/launch_policy.json").write_text(OLD_POLICY, encoding="utf-8")

    completed = _run(read_only, READ_ONLY, *COMMANDS[name])

    _require_refusal(completed, "products/", "cannot be written (Permission denied); make it writable")


def test_a_check_needs_no_write_access(repository: Repository) -> None:
    assert repository.catalog("render").returncode == 0

    with_cache, without = repository.catalog("check"), _run(repository, FULL, "check")

    assert (without.returncode, without.stdout) == (with_cache.returncode, with_cache.stdout)
    assert "Traceback" not in without.stderr


def test_an_output_that_takes_nothing_is_named(repository: Repository) -> None:
    with Path("/dev/full").open("w") as full:
        completed = _run(repository, (), "--help", stdout=full)

    _require_refusal(completed, "catalog: standard output", "No space left on device", "free some space")


def test_a_reader_that_has_seen_enough_gets_no_traceback(repository: Repository) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    completed = _run(repository, (), "--help", stdout=writer)

    os.close(writer)
    assert completed.returncode != 0
    assert completed.stderr == ""
