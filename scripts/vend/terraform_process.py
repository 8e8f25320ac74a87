"""Runs the terraform binary so that it survives the death of its parent. Writes the state's log.

Terraform that is killed loses the resources that it created since it last wrote its state. So it runs in its own
session and writes to a file instead of a pipe: when vending is killed, Terraform finishes and the next run waits for
its lock. An interrupt is forwarded to every Terraform that runs, also in other threads, and Terraform stops after its
current operation.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generators.config.files import translate_write_errors
from generators.errors import UserError
from scripts.vend import terraform_errors
from scripts.vend.terraform_states import TerraformState

_CHANGES = 2  # terraform plan -detailed-exitcode
_running: set[subprocess.Popen[bytes]] = set()
_stopped = threading.Event()  # by an interrupt: no further Terraform starts
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class CompletedCommand:
    """Exit code and output of a Terraform command."""

    exit_code: int
    output: str


def run(state: TerraformState, *arguments: str) -> CompletedCommand:
    """Run terraform in the state's root module; UserError with its errors when it fails."""
    if shutil.which("terraform") is None:
        raise UserError("terraform: it is not on the PATH; install Terraform 1.10 or newer")
    log = state.local("log")
    with translate_write_errors(log):
        log.parent.mkdir(parents=True, exist_ok=True)
        state.data.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"$ terraform {' '.join(arguments)}\n")
            file.flush()
            start = file.tell()
            exit_code = _run(state, arguments, file.fileno())
    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(start)
        output = file.read()
    if exit_code not in (0, _CHANGES if arguments[0] == "plan" else 0):
        errors = terraform_errors.lines(output, state.module, state.repository)
        shown_log = log.relative_to(state.repository)
        summary = f"{state.title}: terraform {arguments[0]} failed; its whole output is in {shown_log}"
        raise UserError([*errors, summary], 3)
    return CompletedCommand(exit_code, output)


def read_output(state: TerraformState, *arguments: str) -> str:
    """The output of a read-only command. It is kept out of the log, because a plan may contain secrets.

    UserError with Terraform's errors when it fails.
    """
    command = ["terraform", *arguments]
    variables = _environment(state)
    result = subprocess.run(command, cwd=state.module, env=variables, capture_output=True, text=True, check=False)
    if result.returncode:
        summary = f"{state.title}: terraform {arguments[0]} failed"
        raise UserError([*terraform_errors.lines(result.stderr, state.module, state.repository), summary], 3)
    return result.stdout


def _start(state: TerraformState, arguments: tuple[str, ...], output: int) -> subprocess.Popen[bytes]:
    options = [] if arguments[0] == "state" else ["-no-color", "-input=false"]
    command = ["terraform", arguments[0], *options, *arguments[1:]]
    return subprocess.Popen(
        command,
        cwd=state.module,
        env=_environment(state),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


@contextmanager
def stopped_by_interrupt() -> Iterator[None]:
    """An interrupt of the block stops every running Terraform, waits for it, and lets no further one start."""
    try:
        yield
    except KeyboardInterrupt:
        with _lock:
            running = () if _stopped.is_set() else tuple(_running)  # a second signal would kill Terraform
            _stopped.set()
        for process in running:
            process.send_signal(signal.SIGINT)
        for process in running:
            process.wait()
        raise


def _run(state: TerraformState, arguments: tuple[str, ...], output: int) -> int:
    """The exit code of a Terraform; KeyboardInterrupt when an interrupt has stopped it, or lets it not start."""
    with stopped_by_interrupt():
        with _lock:
            if _stopped.is_set():
                raise KeyboardInterrupt
            process = _start(state, arguments, output)
            _running.add(process)
        exit_code = process.wait()
        with _lock:
            _running.discard(process)
        if _stopped.is_set():
            raise KeyboardInterrupt
        return exit_code


def _environment(state: TerraformState) -> dict[str, str]:
    """The caller's environment variables; for the embedded AWS without the caller's AWS settings."""
    own = {name: value for name, value in os.environ.items() if not (state.environment and name.startswith("AWS_"))}
    variables = {**own, **state.environment, "TF_DATA_DIR": str(state.data), "TF_IN_AUTOMATION": "1"}
    if state.workspace:
        variables["TF_WORKSPACE"] = state.workspace
    if not Path(variables.get("TF_CLI_CONFIG_FILE", "")).is_file():
        variables.pop("TF_CLI_CONFIG_FILE", None)
    return variables
