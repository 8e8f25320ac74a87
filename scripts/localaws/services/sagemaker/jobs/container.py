"""A container of a job: an image from ECR, run as a process in namespaces of its own.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.ecr import container
from scripts.localaws.services.ecr.container import LocalImage, Sandbox, Settings
from scripts.localaws.services.ecr.images import ImageError, MachineError
from scripts.localaws.services.sagemaker.jobs.session import JobFailed, Session

GRACE = 120.0  # seconds between SIGTERM and SIGKILL


def pull(session: Session, uri: str) -> LocalImage:
    """The image, pulled with the role's rights. Raises JobFailed."""
    try:
        image = container.pull(session.client("ecr"), uri)
    except (ClientError, ImageError) as error:
        reason = error.response["Error"]["Message"] if isinstance(error, ClientError) else error
        message = "Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect."
        raise JobFailed(f"ClientError: {message} {reason}") from None
    except MachineError as error:
        raise JobFailed(f"InternalServerError: {error}") from None
    user = str(image.config.get("User") or "root").partition(":")[0]
    if user not in ("root", "0"):
        raise JobFailed(
            f"ClientError: {uri} runs as USER {user}; SageMaker expects root, and another user cannot write "
            "/opt/ml: https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"
        )
    return image


class Container:
    """A container that runs. Iterate over `lines` until the end; then `exit_code` is set."""

    def __init__(self, image: LocalImage, session: Session, settings: Settings) -> None:
        self.exit_code = 0
        variables = {**_variables(image, session, settings.isolated), **settings.variables}
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True, "errors": "replace"}
        try:
            self._sandbox = Sandbox(image, replace(settings, variables=variables), **streams)
        except MachineError as error:
            raise JobFailed(f"InternalServerError: {error}") from None
        self._process = self._sandbox.process

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
        self._sandbox.close()
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


def _variables(image: LocalImage, session: Session, isolated: bool) -> dict[str, str]:
    """The image's own variables, and the role's credentials unless the container has no network."""
    variables = {**image.variables(), "AWS_REGION": session.region}
    if isolated:
        return variables
    credentials = {"AWS_ACCESS_KEY_ID": session.access_key(), "AWS_SECRET_ACCESS_KEY": "local"}
    return {**variables, **credentials, "AWS_DEFAULT_REGION": session.region, "AWS_ENDPOINT_URL": context.endpoint()}
