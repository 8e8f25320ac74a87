"""A container: an image from ECR, run as a process in user, mount, process and network namespaces of its own.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
https://man7.org/linux/man-pages/man1/unshare.1.html
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.ecr import images
from scripts.localaws.services.ecr.dockerfile import REQUIREMENTS
from scripts.localaws.services.sagemaker.jobs import python_environment
from scripts.localaws.services.sagemaker.jobs.instances import memory_kib
from scripts.localaws.services.sagemaker.jobs.session import JobFailed, Session

GRACE = 120.0  # seconds between SIGTERM and SIGKILL
_SCRIPT = Path(__file__).with_name("sandbox.sh")
_NAMESPACES = ("--user", "--map-root-user", "--mount", "--pid", "--fork", "--ipc", "--uts", "--kill-child")
_PULL = threading.Lock()


@dataclass(frozen=True)
class LocalImage:
    """An image on this machine: its OCI configuration, the folder of its files, its Python environment."""

    uri: str
    config: Mapping[str, Any]
    folder: Path
    environment: Path

    def command(self, entrypoint: Sequence[str] | None, arguments: Sequence[str] | None) -> list[str]:
        """What Docker starts: an entry point replaces ENTRYPOINT and CMD, arguments replace CMD."""
        if entrypoint:
            return [*entrypoint, *(arguments or ())]
        default = self.config.get("Cmd") or ()
        return [*(self.config.get("Entrypoint") or ()), *(default if arguments is None else arguments)]


def pull(session: Session, uri: str) -> LocalImage:
    """The image, pulled with the role's rights; its files are unpacked once for each digest. Raises JobFailed."""
    client = session.client("ecr")
    try:
        image = images.pull(client, uri)
    except (ClientError, images.ImageError) as error:
        reason = error.response["Error"]["Message"] if isinstance(error, ClientError) else error
        message = "Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect."
        raise JobFailed(f"ClientError: {message} {reason}") from None
    user = str(image.config.get("User") or "root").partition(":")[0]
    if user not in ("root", "0"):
        raise JobFailed(
            f"ClientError: {uri} runs as USER {user}; SageMaker expects root, and another user cannot write "
            "/opt/ml: https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"
        )
    with _PULL:
        folder = context.folder("images") / image.digest.replace(":", "-")
        if not folder.exists():
            image.unpack(client, folder.with_suffix(".new"))
            folder.with_suffix(".new").rename(folder)
        names = (image.config.get("Labels") or {}).get(REQUIREMENTS, "").split()
        environment = python_environment.create([folder / name.lstrip("/") for name in names])
    return LocalImage(uri, image.config, folder, environment)


@dataclass(frozen=True)
class Settings:
    """What a job gives its container: /opt/ml, the command, variables, the instance type, whether it has no network."""

    ml: Path
    command: Sequence[str]
    variables: Mapping[str, str]
    instance_type: str
    isolated: bool


class Container:
    """A container that runs. Iterate over `lines` until the end; then `exit_code` is set."""

    def __init__(self, image: LocalImage, session: Session, settings: Settings) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="container-", dir=context.folder("containers")))
        (self._folder / "scratch").mkdir()
        self.exit_code = 0
        network = ("--net",) if settings.isolated else ()
        script = ["bash", str(_SCRIPT), str(self._folder), str(image.folder), str(settings.ml)]
        limits = [image.config.get("WorkingDir") or "/", str(memory_kib(settings.instance_type))]
        variables = {**_variables(image, session, settings.isolated), **settings.variables}
        command = ["env", "-i", *(f"{name}={value}" for name, value in variables.items()), *settings.command]
        lower = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ssl", "/etc/alternatives")
        try:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "unshare", *_NAMESPACES, *network, *script, *limits, *command],
                env={
                    **os.environ,
                    "LOWER": " ".join((*lower, sys.base_prefix, str(image.environment))),
                    "ISOLATED": "1" if settings.isolated else "",
                    "PYTHON": sys.executable,
                },
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True, text=True, errors="replace",
            )  # fmt: skip
        except FileNotFoundError as error:
            raise _no_namespaces(str(error)) from None
        self._await_start()

    def _await_start(self) -> None:
        """Wait until namespaces and file system stand. Raises JobFailed when they cannot be made."""
        assert self._process.stdout is not None
        while not (self._folder / "started").exists():
            if self._process.poll() is not None and not (self._folder / "started").exists():
                reason = "; ".join(self._process.stdout.read().strip().splitlines()[-3:])
                shutil.rmtree(self._folder)
                raise _no_namespaces(reason)
            time.sleep(0.01)

    @property
    def init(self) -> psutil.Process | None:
        """The container's first process."""
        try:
            return next(iter(psutil.Process(self._process.pid).children()), None)
        except psutil.NoSuchProcess:
            return None

    def lines(self) -> Iterator[str]:
        """The lines that the container writes, until it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.rstrip("\n")
        code = self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        self.exit_code = code if code >= 0 else 128 - code

    def await_end(self) -> None:
        """Wait until the container has ended."""
        self._process.wait()

    def terminate(self, grace: float = GRACE) -> None:
        """SIGTERM, then SIGKILL after the grace period; at once for a process that does not catch SIGTERM."""
        init = self.init
        if init is None or not _catches_sigterm(init.pid):
            return self.kill()
        init.send_signal(signal.SIGTERM)
        timer = threading.Timer(grace, self.kill)
        timer.daemon = True
        timer.start()
        return None

    def kill(self) -> None:
        """End every process of the container."""
        self._process.kill()


def _catches_sigterm(pid: int) -> bool:
    """Whether the process has a handler; without one SIGTERM does nothing to the first process of a namespace."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def _no_namespaces(reason: str) -> JobFailed:
    return JobFailed(
        f"InternalServerError: the embedded AWS runs a container only in Linux namespaces of its own, and this machine "
        f"refuses them: {reason}; allow unprivileged user namespaces and install util-linux"
    )


def _variables(image: LocalImage, session: Session, isolated: bool) -> dict[str, str]:
    """The image's own variables, and the role's credentials unless the container has no network."""
    own = dict(pair.split("=", 1) for pair in image.config.get("Env") or ())
    path = f"{image.environment}/bin:{own.get('PATH', os.defpath)}"
    variables = {"HOME": "/root", **own, "PATH": path, "AWS_REGION": session.region}
    if isolated:
        return variables
    credentials = {"AWS_ACCESS_KEY_ID": session.access_key(), "AWS_SECRET_ACCESS_KEY": "local"}
    return {**variables, **credentials, "AWS_DEFAULT_REGION": session.region, "AWS_ENDPOINT_URL": context.endpoint()}
