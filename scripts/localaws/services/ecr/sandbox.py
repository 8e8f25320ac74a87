"""A process in an image, in user, mount, process and, if asked for, network namespaces of its own.

https://man7.org/linux/man-pages/man1/unshare.1.html
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.services.ecr.local_image import LocalImage

_SCRIPT = Path(__file__).with_name("sandbox.sh")
_NAMESPACES = ("--user", "--map-root-user", "--mount", "--pid", "--fork", "--ipc", "--uts", "--kill-child")
_LOWER = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ssl", "/etc/alternatives")  # the distribution of an image


class SandboxError(Exception):
    """This machine refuses the namespaces; the message says why, and what to do."""


@dataclass(frozen=True)
class Command:
    """A command with its variables, in a folder. `shared` of this machine is `target` there; `kib` limits a process."""

    arguments: Sequence[str]
    variables: Mapping[str, str]
    folder: str
    shared: Path
    target: str
    kib: int = 0  # of address space; 0 is no limit
    isolated: bool = False  # has no network


class Sandbox:
    """A running process; `streams` are arguments of Popen. `close` removes what it wrote outside of the shared folder.

    Raises SandboxError.
    """

    def __init__(self, image: LocalImage, command: Command, **streams: Any) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="container-", dir=context.folder("containers")))
        (self._folder / "scratch").mkdir()
        network = ("--net",) if command.isolated else ()
        script = ["bash", str(_SCRIPT), str(self._folder), str(image.folder), str(command.shared), command.target]
        variables = [f"{name}={value}" for name, value in command.variables.items()]
        lower = " ".join(map(str, (*_LOWER, sys.base_prefix, *image.folders)))
        settings = {"LOWER": lower, "ISOLATED": "1" if command.isolated else "", "PYTHON": sys.executable}
        try:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "unshare", *_NAMESPACES, *network, *script,
                 command.folder, str(command.kib), "env", "-i", *variables, *command.arguments],
                env={**os.environ, **settings}, stderr=subprocess.STDOUT, start_new_session=True, **streams,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise _refusal(str(error)) from None
        self._await_start()

    def _await_start(self) -> None:
        """Wait until namespaces and file system stand."""
        while not (self._folder / "started").exists():
            if self.process.poll() is not None and not (self._folder / "started").exists():
                output = self.process.stdout.read() if self.process.stdout else ""
                self.close()
                raise _refusal("; ".join(output.strip().splitlines()[-3:]) or "its reason is in the log")
            time.sleep(0.01)

    def close(self) -> None:
        """Remove what the process has left."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _refusal(reason: str) -> SandboxError:
    return SandboxError(
        f"the embedded AWS runs a container only in Linux namespaces of its own, and this machine "
        f"refuses them: {reason}; allow unprivileged user namespaces and install util-linux"
    )
