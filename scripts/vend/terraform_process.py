"""Runs the terraform binary so that it outlives whoever started it. Writes the unit's log.

Terraform that is killed loses what it made since it last wrote its state. So it gets a session of its own and writes to
a file instead of a pipe: when vending is killed it works to its end, and the next run waits for its lock. An interrupt
is passed on as Terraform's own wish to stop after what it is doing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from generators.errors import UserError
from scripts.vend import terraform_errors
from scripts.vend.terraform_states import TerraformState

_CHANGES = 2  # terraform plan -detailed-exitcode


@dataclass(frozen=True, slots=True)
class CompletedCommand:
    """One ended command."""

    code: int
    said: str


def run(unit: TerraformState, *words: str) -> CompletedCommand:
    """Run terraform in the unit's module; UserError with its errors when it fails."""
    if shutil.which("terraform") is None:
        raise UserError("terraform: it is not on the PATH; install Terraform 1.10 or newer")
    log = unit.local("log")
    log.parent.mkdir(parents=True, exist_ok=True)
    unit.data.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ terraform {' '.join(words)}\n")
        file.flush()
        begun = file.tell()
        code = _wait(_start(unit, words, file.fileno()))
    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(begun)
        said = file.read()
    if code not in (0, _CHANGES if words[0] == "plan" else 0):
        told = terraform_errors.lines(said, unit.module, unit.repository)
        where = f"{unit.title}: terraform {words[0]} failed; its whole output is in {log.relative_to(unit.repository)}"
        raise UserError([*told, where], 3)
    return CompletedCommand(code, said)


def told(unit: TerraformState, *words: str) -> str:
    """What a command that changes nothing prints; kept out of the log, because a plan holds what is nobody's business.

    UserError with Terraform's errors when it fails.
    """
    command = ["terraform", *words]
    done = subprocess.run(command, cwd=unit.module, env=_environment(unit), capture_output=True, text=True, check=False)
    if done.returncode:
        failed = f"{unit.title}: terraform {words[0]} failed"
        raise UserError([*terraform_errors.lines(done.stderr, unit.module, unit.repository), failed], 3)
    return done.stdout


def _start(unit: TerraformState, words: tuple[str, ...], output: int) -> subprocess.Popen[bytes]:
    plain = [] if words[0] == "state" else ["-no-color", "-input=false"]
    command = ["terraform", words[0], *plain, *words[1:]]
    return subprocess.Popen(
        command,
        cwd=unit.module,
        env=_environment(unit),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise


def _environment(unit: TerraformState) -> dict[str, str]:
    """The person's own environment; for the embedded AWS without their AWS settings."""
    own = {name: value for name, value in os.environ.items() if not (unit.environment and name.startswith("AWS_"))}
    made = {**own, **unit.environment, "TF_DATA_DIR": str(unit.data), "TF_IN_AUTOMATION": "1"}
    if unit.workspace:
        made["TF_WORKSPACE"] = unit.workspace
    if not Path(made.get("TF_CLI_CONFIG_FILE", "")).is_file():
        made.pop("TF_CLI_CONFIG_FILE", None)
    return made
