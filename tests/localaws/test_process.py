"""The commands start, status and stop."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.localaws.conftest import ROOT

pytestmark = pytest.mark.local_only
Command = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def localaws(tmp_path: Path) -> Iterator[Command]:
    """localaws("start"), with a state folder of its own, so that a developer's running server is not touched."""

    def run(action: str) -> subprocess.CompletedProcess[str]:
        user = {"AWS_PROFILE": "nobody", "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
        environment = {**os.environ, **user, "LOCALAWS_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "scripts.localaws", action]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90)

    yield run
    run("stop")


def test_start_status_and_stop(localaws: Command, tmp_path: Path) -> None:
    terraform_state = tmp_path / "terraform" / "hub" / "terraform.tfstate"
    terraform_state.parent.mkdir(parents=True)
    terraform_state.write_text("{}")
    first, again, status = localaws("start"), localaws("start"), localaws("status")
    state = json.loads((tmp_path / "aws.json").read_text())
    assert [process.returncode for process in (first, again, status)] == [0, 0, 0]
    assert state["endpoint"] in first.stdout
    assert again.stdout.startswith("already running")
    assert f"pid {state['pid']}" in status.stdout
    assert " MB, " in status.stdout
    ended, twice = localaws("stop"), localaws("stop")
    assert (ended.stdout.strip(), twice.stdout.strip()) == (
        "the embedded AWS has stopped",
        "the embedded AWS was not running",
    )
    assert not psutil.pid_exists(state["pid"])
    assert not (tmp_path / "aws.json").exists()
    assert not terraform_state.exists()


def test_status_without_a_server_says_how_to_start(localaws: Command) -> None:
    process = localaws("status")
    assert (process.returncode, process.stderr.strip()) == (1, "the embedded AWS is not running; run: make local")


def test_a_dead_server_is_reported_and_its_state_deleted(localaws: Command, tmp_path: Path) -> None:
    localaws("start")
    process = psutil.Process(json.loads((tmp_path / "aws.json").read_text())["pid"])
    process.kill()
    process.wait(5)
    status, ended = localaws("status"), localaws("stop")
    assert status.returncode == 1
    assert "has died; see" in status.stderr
    assert (ended.returncode, ended.stdout.strip().endswith("had died already; forgotten")) == (0, True)
    assert localaws("start").returncode == 0


def test_a_state_file_that_cannot_be_read_is_explained(localaws: Command, tmp_path: Path) -> None:
    (tmp_path / "aws.json").write_text("{")
    process = localaws("status")
    assert process.returncode == 1
    assert "cannot be read" in process.stderr
    assert "Traceback" not in process.stderr


def test_a_start_in_a_folder_that_takes_no_file_is_refused_with_a_sentence(tmp_path):
    environment = {**os.environ, "LOCALAWS_HOME": str(tmp_path)}
    command = ["bash", "-c", 'ulimit -f 0; exec "$@"', "-", sys.executable, "-m", "scripts.localaws", "start"]
    completed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert completed.returncode == 1
    assert "aws.log: cannot be written (File too large); raise the limit" in completed.stderr
    assert "Traceback" not in completed.stderr
    assert list(tmp_path.iterdir()) == []
