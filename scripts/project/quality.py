"""A rendered project on disk, its own quality stage and its own run. Starts processes, writes below one folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.errors import UserError
from generators.project_templates.values import checked
from scripts.project import environment

CHECKS: Mapping[str, Sequence[str]] = {
    "pre-commit": ("pre-commit", "run", "--all-files"),
    "tests with coverage": ("pytest",),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One command of a project: what it said, whether it ended well, and how long it took."""

    name: str
    good: bool
    seconds: float
    text: str


def write(files: Mapping[str, str], folder: Path, replace: bool) -> None:
    """The project as a Git repository. What is in the folder already goes only with `replace`; refused otherwise."""
    if not replace and folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder}: the folder is not empty; name another one, so that nobody's work is lost")
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    for command in (("git", "init", "--quiet"), ("git", "add", "--all")):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)


def run(name: str, command: Sequence[str], folder: Path, programs: Path) -> Outcome:
    """A command in the project's folder, under the projects' environment."""
    start = time.monotonic()
    variables = environment.variables(programs)
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    return Outcome(name, done.returncode == 0, time.monotonic() - start, done.stdout + done.stderr)


def steps(project: str, folder: Path, programs: Path) -> Outcome:
    """Every step of the pipeline as a process of its own, on generated data."""
    package = checked({"project": project}).package
    return run("every step", (str(programs / "python"), "-m", f"{package}.local"), folder, programs)


def metrics(folder: Path) -> dict[str, float]:
    """Metric -> value on the test data, after `steps`."""
    found: dict[str, Any] = json.loads((folder / ".local/evaluation/evaluation.json").read_text(encoding="utf-8"))
    return {name: float(value) for name, value in found["metrics"].items()}
