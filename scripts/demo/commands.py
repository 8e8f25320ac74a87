"""What the people of the story do: each call is a command that a person could type, run as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.demo.runner import StepFailed

ROOT = Path(__file__).resolve().parents[2]
CHECKOUT = ROOT / ".local" / "demo"  # the engineer's own checkout: releases are made there, never in the user's tree


@dataclass(frozen=True, slots=True)
class CompletedCommand:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What the command printed with --json."""
        return json.loads(self.out)


def fresh_checkout() -> Path:
    """Copy what a release is made from, so that the story's edits touch nobody's files."""
    shutil.rmtree(CHECKOUT, ignore_errors=True)
    for folder in ("products", "terraform"):
        shutil.copytree(ROOT / folder, CHECKOUT / folder, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    return CHECKOUT


def catalog(*words: str, expect: int = 0) -> CompletedCommand:
    """Run `catalog` in the engineer's checkout; NotHeld when it ends otherwise than with `expect`."""
    return _run((sys.executable, "-m", "scripts.catalog", *words), expect, CHECKOUT)


def vend(*words: str, expect: int = 0) -> CompletedCommand:
    """Lay down or compare parts of the estate, from the engineer's checkout."""
    return _run((sys.executable, "-m", "scripts.vend", *words), expect, CHECKOUT)


_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}


def begin_vending(*words: str) -> subprocess.Popen[str]:
    """The same without waiting for its end."""
    command = (sys.executable, "-m", "scripts.vend", *words)
    return subprocess.Popen(command, cwd=CHECKOUT, env=_environment(), **_QUIET)


def ended(process: subprocess.Popen[str]) -> None:
    """Wait for a command that was begun; NotHeld when it failed."""
    _, complaint = process.communicate()
    if process.returncode:
        raise StepFailed(f"vending ended with {process.returncode}: {complaint.strip()[-1500:]}")


def localaws(*words: str, expect: int = 0) -> CompletedCommand:
    """Start, stop or ask the embedded AWS."""
    return _run((sys.executable, "-m", "scripts.localaws", *words), expect, ROOT)


def _run(command: tuple[str, ...], expect: int, folder: Path) -> CompletedCommand:
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != expect:
        words = " ".join(command[2:])
        raise StepFailed(
            f"`{words}` ended with {done.returncode}, not {expect}: {(done.stderr or done.stdout).strip()[-1500:]}"
        )
    return CompletedCommand(done.returncode, done.stdout, done.stderr)


def _environment() -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and k != "TARGET"}
    return own | {"PYTHONPATH": str(ROOT)}
