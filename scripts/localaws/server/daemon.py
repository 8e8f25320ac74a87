"""The embedded AWS as a background process: starts it, looks at it, ends it. Never imports moto."""

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

ROOT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("LOCALAWS_HOME", ROOT / ".local"))  # tests have one of their own
STATE, LOG = HOME / "aws.json", HOME / "aws.log"
PATIENCE = 60.0  # seconds until a start counts as failed


class ProcessError(Exception):
    """Something that a person can fix; the message says how."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

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
    """The server that the state file names, None when there is no file. Raises ProcessError when it has died."""
    if not STATE.exists():
        return None
    facts = _state()
    health = _health(facts["endpoint"])
    if health is None or not _is_ours(facts["pid"]):
        raise ProcessError(f"the embedded AWS (pid {facts['pid']}) has died; see {LOG}; run: make local-down local")
    return Running(**facts, health=health)


def _state() -> dict[str, Any]:
    try:
        return dict(json.loads(STATE.read_text(encoding="utf-8")))
    except ValueError:
        raise ProcessError(f"{STATE} cannot be read; delete it and end its process by hand") from None


def start(port: int = 0) -> tuple[Running, bool]:
    """(the server, whether it was started now); does nothing when one runs already."""
    running = find()
    if running:
        return running, False
    HOME.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "scripts.localaws", "serve", "--port", str(port), "--announce", str(STATE)]
    with LOG.open("w", encoding="utf-8") as log:
        streams: dict[str, Any] = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL}
        child = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **streams)
    return _await(child), True


def _await(child: subprocess.Popen[bytes]) -> Running:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and child.poll() is None:
        if STATE.exists():
            running = find()
            if running:
                return running
        time.sleep(0.05)
    if child.poll() is None:
        child.kill()
        raise ProcessError(f"the embedded AWS was not ready after {PATIENCE:.0f} s; see {LOG}")
    last = LOG.read_text(encoding="utf-8").strip().splitlines()[-1:] or ["it said nothing"]
    raise ProcessError(f"the embedded AWS ended while starting: {last[0]}; see {LOG}")


def stop() -> str:
    """Ends the server and forgets it; says what was found."""
    if not STATE.exists():
        return "the embedded AWS was not running"
    pid = _state()["pid"]
    alive = _is_ours(pid)
    if alive:
        _end(psutil.Process(pid))
    STATE.unlink()
    shutil.rmtree(HOME / "terraform", ignore_errors=True)  # what Terraform remembers of accounts that are gone
    return "the embedded AWS has stopped" if alive else f"the embedded AWS (pid {pid}) had died already; forgotten"


def _end(process: psutil.Process) -> None:
    process.terminate()
    try:
        process.wait(5)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(5)


def _is_ours(pid: int) -> bool:
    """A process id may have been reused by somebody else."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "scripts.localaws" in process.cmdline()
    return False


def _health(endpoint: str) -> dict[str, Any] | None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{endpoint}/localaws/health", timeout=5) as answer:
            return dict(json.load(answer))
    except OSError:
        return None
