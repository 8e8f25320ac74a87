"""Starts, finds and stops the embedded AWS as a background process. Never imports moto."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from generators.config.files import write_atomically
from generators.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("LOCALAWS_HOME", ROOT / ".local"))  # tests use a folder of their own
STATE, LOG = HOME / "aws.json", HOME / "aws.log"
START_TIMEOUT = 60.0  # seconds


class ProcessError(UserError):
    """A problem of the process; the message says what to do."""


@dataclass(frozen=True)
class Running:
    """A running server: its endpoint, process, start time and health."""

    endpoint: str
    pid: int
    started: str
    health: dict[str, Any]

    def __str__(self) -> str:
        seconds = (datetime.now(UTC) - datetime.fromisoformat(self.started)).total_seconds()
        memory = psutil.Process(self.pid).memory_info().rss / 2**20
        return (
            f"the embedded AWS runs at {self.endpoint} (pid {self.pid}, up {seconds:.0f} s, {memory:.0f} MB, "
            f"{self.health['requests']} requests, {len(self.health['services'])} services)"
        )


def find() -> Running | None:
    """The server in the state file, None without a file. Raises ProcessError when the server has died."""
    if not STATE.exists():
        return None
    state = _state()
    health = _health(state["endpoint"])
    if health is None or not _is_ours(state["pid"]):
        raise ProcessError(f"the embedded AWS (pid {state['pid']}) has died; see {LOG}; run: make local-down local")
    return Running(**state, health=health)


def _state() -> dict[str, Any]:
    try:
        return dict(json.loads(STATE.read_text(encoding="utf-8")))
    except ValueError:
        raise ProcessError(f"{STATE} cannot be read; delete it and end its process by hand") from None


def start(port: int = 0) -> tuple[Running, bool]:
    """(the server, whether this call started it); a running server stays."""
    running = find()
    if running:
        return running, False
    command = [sys.executable, "-m", "scripts.localaws", "serve", "--port", str(port), "--announce", str(STATE)]
    write_atomically(LOG, b"starting\n")  # a server without space for its state could not say why it ends
    with LOG.open("w", encoding="utf-8") as log:
        streams: dict[str, Any] = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL}
        child = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **streams)
    try:
        return _await(child), True
    except KeyboardInterrupt:
        child.kill()  # it has a session of its own, and nobody would find it
        STATE.unlink(missing_ok=True)
        raise


def _await(child: subprocess.Popen[bytes]) -> Running:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and child.poll() is None:
        if STATE.exists():
            running = find()
            if running:
                return running
        time.sleep(0.05)
    if child.poll() is None:
        child.kill()
        raise ProcessError(f"the embedded AWS was not ready after {START_TIMEOUT:.0f} s; see {LOG}")
    last = LOG.read_text(encoding="utf-8").strip().splitlines()[-1:] or ["it said nothing"]
    raise ProcessError(f"the embedded AWS ended while starting: {last[0]}; see {LOG}")


def stop() -> str:
    """Stop the server and delete its state file; returns a sentence about what was done."""
    if not STATE.exists():
        return "the embedded AWS was not running"
    pid = _state()["pid"]
    is_running = _is_ours(pid)
    if is_running:
        _terminate(psutil.Process(pid))
    STATE.unlink()
    shutil.rmtree(HOME / "terraform", ignore_errors=True)  # the Terraform state of accounts that no longer exist
    return "the embedded AWS has stopped" if is_running else f"the embedded AWS (pid {pid}) had died already; forgotten"


def _terminate(process: psutil.Process) -> None:
    process.terminate()
    try:
        process.wait(5)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(5)


def _is_ours(pid: int) -> bool:
    """Whether the process is the embedded AWS; its id may have been reused."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "scripts.localaws" in process.cmdline()
    return False


def _health(endpoint: str) -> dict[str, Any] | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{endpoint}/localaws/health", timeout=5) as response:
            return dict(json.load(response))
    except OSError:
        return None
