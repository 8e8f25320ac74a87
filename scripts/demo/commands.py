"""Runs the commands that a person would type, each as a process of its own, in the demo's checkout."""

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
CHECKOUT = ROOT / ".local" / "demo"  # the engineer's checkout: the demo edits files there, never in the user's tree
_SERVER_HOME, _OWN_SERVER_HOME = ROOT / ".local", CHECKOUT / ".local"
_BACKGROUND: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}


@dataclass(frozen=True, slots=True)
class CompletedCommand:
    """The output of a command."""

    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The value that the command printed with --json."""
        return json.loads(self.stdout)


def create_checkout() -> None:
    """Copy the products and the Terraform, so that the demo changes no file of the user."""
    shutil.rmtree(CHECKOUT, ignore_errors=True)
    for folder in ("products", "terraform"):
        shutil.copytree(ROOT / folder, CHECKOUT / folder, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    (ROOT / ".cache").mkdir(exist_ok=True)
    (CHECKOUT / ".cache").symlink_to(ROOT / ".cache")  # entries are named by their content: lint a template only once


def catalog(*arguments: str, expected_code: int = 0) -> CompletedCommand:
    """Run `catalog` in the checkout; StepFailed when it exits with another code."""
    return _run((sys.executable, "-m", "scripts.catalog", *arguments), expected_code, CHECKOUT)


def vend(*arguments: str, expected_code: int = 0) -> CompletedCommand:
    """Run `vend` in the checkout; StepFailed when it exits with another code."""
    return _run((sys.executable, "-m", "scripts.vend", *arguments), expected_code, CHECKOUT)


def start_vending(*arguments: str) -> subprocess.Popen[str]:
    """Start `vend` in the background."""
    command = (sys.executable, "-m", "scripts.vend", *arguments)
    return subprocess.Popen(command, cwd=CHECKOUT, env=_environment(), **_BACKGROUND)


def wait_for(vending: subprocess.Popen[str]) -> None:
    """Wait for a command that `start_vending` started; StepFailed when it failed."""
    _, stderr = vending.communicate()
    if vending.returncode:
        raise StepFailed(f"vending ended with {vending.returncode}: {stderr.strip()[-1500:]}")


def start_server() -> str:
    """Start the repository's embedded AWS unless it runs already; its endpoint."""
    _localaws("start", _SERVER_HOME)
    return endpoint()


def start_own_server() -> str:
    """Start an embedded AWS for this demo alone; commands in the checkout find it first. Its endpoint."""
    _localaws("start", _OWN_SERVER_HOME)
    return endpoint()


def stop_own_server() -> None:
    """Stop the demo's own embedded AWS, if there is one."""
    _localaws("stop", _OWN_SERVER_HOME)


def server() -> dict[str, Any]:
    """`endpoint` and `pid` of the embedded AWS that the demo uses: its own if there is one, else the repository's."""
    files = (home / "aws.json" for home in (_OWN_SERVER_HOME, _SERVER_HOME))
    file = next(file for file in files if file.exists())
    return dict(json.loads(file.read_text(encoding="utf-8")))


def endpoint() -> str:
    """URL of the embedded AWS that the demo uses."""
    return str(server()["endpoint"])


def _localaws(command: str, home: Path) -> None:
    _run((sys.executable, "-m", "scripts.localaws", command), 0, ROOT, LOCALAWS_HOME=str(home))


def _run(command: tuple[str, ...], expected_code: int, folder: Path, **variables: str) -> CompletedCommand:
    environment = _environment() | variables
    completed = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if completed.returncode != expected_code:
        output = (completed.stderr or completed.stdout).strip()[-1500:]
        line = " ".join(command[2:])
        raise StepFailed(f"`{line}` ended with {completed.returncode}, not {expected_code}: {output}")
    return CompletedCommand(completed.stdout, completed.stderr)


def _environment() -> dict[str, str]:
    """The user's environment without settings that choose another AWS."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for name in ("TARGET", "LOCALAWS_HOME"):
        variables.pop(name, None)
    return variables | {"PYTHONPATH": str(ROOT)}
