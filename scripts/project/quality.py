"""Runs the quality stage and the steps of a rendered project. Starts processes, writes below one folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.config.files import new_folder, write_atomically
from generators.errors import UserError
from generators.project_templates.values import validate
from scripts.project import environment

CHECKS: Mapping[str, Sequence[str]] = {
    "pre-commit": ("pre-commit", "run", "--all-files"),
    "tests with coverage": ("pytest",),
}


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The result of one command of a project."""

    name: str
    passed: bool
    seconds: float
    output: str


def write(files: Mapping[str, str], folder: Path, replace: bool) -> None:
    """Write the project as a Git repository. UserError for a folder that is not empty, unless `replace` is True."""
    if not replace and folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder}: the folder is not empty; name another one, so that nobody's work is lost")
    shutil.rmtree(folder, ignore_errors=True)
    with new_folder(folder):
        for path, text in files.items():
            write_atomically(folder / path, text.encode())
        for command in (("git", "init", "--quiet"), ("git", "add", "--all")):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)


def run(name: str, command: Sequence[str], folder: Path, programs: Path) -> CommandResult:
    """Run a command in the project's folder with the projects' environment."""
    start = time.monotonic()
    variables = environment.variables(programs)
    result = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    return CommandResult(name, result.returncode == 0, time.monotonic() - start, result.stdout + result.stderr)


def steps(project: str, folder: Path, programs: Path) -> CommandResult:
    """Run every step of the pipeline on generated data, each as a separate process."""
    package = validate({"project": project}).package
    return run("every step", (str(programs / "python"), "-m", f"{package}.local"), folder, programs)


def metrics(folder: Path) -> dict[str, float]:
    """Metric -> value on the test data, after `steps`."""
    report: dict[str, Any] = json.loads((folder / ".local/evaluation/evaluation.json").read_text(encoding="utf-8"))
    return {name: float(value) for name, value in report["metrics"].items()}
