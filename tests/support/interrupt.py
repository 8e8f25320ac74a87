"""Runs a command as a process with a process group of its own, and interrupts the group as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

# A shell that runs the tests in the background makes its processes ignore SIGINT.
_START = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
_PATIENCE = 60.0  # seconds until the command has begun, on a busy machine


@dataclass(frozen=True)
class Interrupted:
    """The end of an interrupted command; `survivors` are processes that it started and that still run."""

    returncode: int
    output: str
    error: str
    survivors: tuple[psutil.Process, ...]
    seconds: float


def interrupt(
    arguments: tuple[str, ...],
    folder: Path,
    variables: Mapping[str, str],
    has_begun: Callable[[tuple[psutil.Process, ...]], bool],
) -> Interrupted:
    """Interrupt `python -m ARGUMENTS` once `has_begun` is true of its descendants."""
    process = subprocess.Popen(
        [sys.executable, "-c", _START, *arguments],
        cwd=folder,
        env=variables,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + _PATIENCE
    descendants: tuple[psutil.Process, ...] = ()
    while not has_begun(descendants):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the command has not begun"
        time.sleep(0.02)
        descendants = tuple(psutil.Process(process.pid).children(recursive=True))
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    output, error = process.communicate(timeout=_PATIENCE)
    seconds = time.monotonic() - start
    _, survivors = psutil.wait_procs(list(descendants), timeout=5)
    return Interrupted(process.returncode, output, error, tuple(survivors), seconds)
