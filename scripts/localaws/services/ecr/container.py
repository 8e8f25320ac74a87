"""An image on this machine, and a process in it, in namespaces of its own.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
https://man7.org/linux/man-pages/man1/unshare.1.html
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.services.ecr import images, python_environment
from scripts.localaws.services.ecr.dockerfile import PROVIDERS, REQUIREMENTS
from scripts.localaws.services.ecr.images import MachineError

_SCRIPT = Path(__file__).with_name("sandbox.sh")
_NAMESPACES = ("--user", "--map-root-user", "--mount", "--pid", "--fork", "--ipc", "--uts", "--kill-child")
_LOWER = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ssl", "/etc/alternatives")  # the distribution of an image
_PULL = threading.Lock()


@dataclass(frozen=True)
class LocalImage:
    """An image on this machine: its OCI configuration, the folder of its files, its Python environment."""

    uri: str
    config: Mapping[str, Any]
    folder: Path
    environment: Path

    def variables(self) -> dict[str, str]:
        """The variables that ENV sets; the image's Python comes first in PATH."""
        own = dict(pair.split("=", 1) for pair in self.config.get("Env") or ())
        return {"HOME": "/root", **own, "PATH": f"{self.environment}/bin:{own.get('PATH', os.defpath)}"}

    def command(self, entrypoint: Sequence[str] | None, arguments: Sequence[str] | None) -> list[str]:
        """The command as Docker composes it: an entry point replaces ENTRYPOINT and CMD, arguments replace CMD."""
        if entrypoint:
            return [*entrypoint, *(arguments or ())]
        default = self.config.get("Cmd") or ()
        return [*(self.config.get("Entrypoint") or ()), *(default if arguments is None else arguments)]


def pull(client: Any, uri: str) -> LocalImage:
    """The image, unpacked once for each digest. Raises ImageError, MachineError, and ClientError for a denial."""
    image = images.pull(client, uri)
    with _PULL:
        folder = context.folder("images") / image.digest.replace(":", "-")
        if not folder.exists():
            image.unpack(folder.with_suffix(".new"))
            folder.with_suffix(".new").rename(folder)
        names = (image.config.get("Labels") or {}).get(REQUIREMENTS, "").split()
        environment = python_environment.create([folder / name.lstrip("/") for name in names])
    return LocalImage(uri, image.config, folder, environment)


@dataclass(frozen=True)
class Settings:
    """A command and its variables. The folder `shared` of this machine is `target` in the container."""

    shared: Path
    command: Sequence[str]
    variables: Mapping[str, str]
    target: str = "/opt/ml"
    folder: str = ""  # in which the command starts; "" is the image's
    kib: int = 0  # of address space of each process; 0 is no limit
    isolated: bool = False  # has no network


class Sandbox:
    """A running process; `streams` are arguments of Popen. `close` removes what is not shared. Raises MachineError."""

    def __init__(self, image: LocalImage, settings: Settings, **streams: Any) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="container-", dir=context.folder("containers")))
        (self._folder / "scratch").mkdir()
        network = ("--net",) if settings.isolated else ()
        script = ["bash", str(_SCRIPT), str(self._folder), str(image.folder), str(settings.shared), settings.target]
        limits = [settings.folder or image.config.get("WorkingDir") or "/", str(settings.kib)]
        command = ["env", "-i", *(f"{name}={value}" for name, value in settings.variables.items()), *settings.command]
        script_variables = {
            "LOWER": " ".join((*_LOWER, sys.base_prefix, str(image.environment))),
            "PROVIDERS": (image.config.get("Labels") or {}).get(PROVIDERS, ""),
            "ISOLATED": "1" if settings.isolated else "",
            "PYTHON": sys.executable,
        }
        try:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "unshare", *_NAMESPACES, *network, *script, *limits, *command],
                env={**os.environ, **script_variables}, stderr=subprocess.STDOUT, start_new_session=True, **streams,
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


def _refusal(reason: str) -> MachineError:
    return MachineError(
        f"the embedded AWS runs a container only in Linux namespaces of its own, and this machine "
        f"refuses them: {reason}; allow unprivileged user namespaces and install util-linux"
    )
