"""One shell that runs the commands of every phase, so that folders and variables last from one command to the next.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-cmd.html
"""

import base64
import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from scripts.localaws.services.ecr.container import LocalImage, Sandbox, Settings

ENDED = 127  # status of a command that finds no shell, because an earlier command ended it with status 0


class Shell:
    """bash in a process group of its own, and in the image if there is one. Commands read nothing and write `log`.

    Raises MachineError.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], log: IO[bytes], image: LocalImage | None = None
    ) -> None:
        reader, self._writer = os.pipe()
        bash = [shutil.which("bash") or "bash", "--noprofile", "--norc"]
        streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": log, "pass_fds": (self._writer,)}
        self._sandbox: Sandbox | None = None
        if image:
            settings = Settings(folder.parent, bash, environment, str(folder.parent), str(folder))
            self._sandbox = Sandbox(image, settings, **streams)
            self._process = self._sandbox.process
        else:
            self._process = subprocess.Popen(
                bash, cwd=folder, env=dict(environment), stderr=subprocess.STDOUT, start_new_session=True, **streams
            )
        os.close(self._writer)
        self._answers = os.fdopen(reader, "rb")
        self._file = folder.parent / "command.sh"

    def run(self, command: str) -> int:
        """The exit status of a command. A command that ends the shell, such as `exit 3`, has the shell's status."""
        if self._process.poll() is not None:
            return self._process.returncode or ENDED
        self._file.write_text(command, encoding="utf-8")
        without_answers = f"</dev/null {self._writer}>&-"  # a background process must not keep the pipe open
        answer = self._ask(f'. "{self._file}" {without_answers}; echo $? >&{self._writer}')
        return int(answer) if answer else self._process.wait()

    def variable(self, name: str) -> str:
        """The value of a variable of the shell, "" when there is none or when the shell has ended."""
        encoded = f'printf %s "${{{name}-}}" | base64 -w0 >&{self._writer}'
        return base64.b64decode(self._ask(f"{encoded}; echo >&{self._writer}")).decode(errors="replace")

    def set_variable(self, name: str, value: str) -> None:
        """Set and export a variable."""
        self._ask(f'export {name}="{value}"; echo >&{self._writer}')

    def kill(self) -> None:
        """End the shell and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End everything that the commands left running."""
        self.kill()
        self._process.wait()
        self._answers.close()
        if self._sandbox:
            self._sandbox.close()

    def _ask(self, line: str) -> str:
        """The line that the shell answers, "" when the shell has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        return self._answers.readline().decode().rstrip("\n")
