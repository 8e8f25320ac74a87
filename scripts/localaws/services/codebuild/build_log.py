"""The log of a build: a file that the shell writes to, copied to CloudWatch Logs with the role at the end of a phase.

https://docs.aws.amazon.com/codebuild/latest/userguide/getting-started-cli-build-log.html
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import clock, context

_BATCH = 1000  # events a call; AWS takes 10,000 or 1 MiB


class BuildLog:
    """The log file of a build. Without the permission the copy in CloudWatch Logs is lost, as on AWS."""

    def __init__(self, path: Path, logs: Mapping[str, Any], key: str, region: str) -> None:
        self.file = path.open("ab", buffering=0)
        self._path, self._position, self._has_stream = path, 0, False
        self._client = context.client("logs", region, key)
        self._location = {"logGroupName": logs["groupName"], "logStreamName": logs["streamName"]}

    def line(self, text: str) -> None:
        """Write a line of CodeBuild's own."""
        self.file.write(f"[Container] {clock.now():%Y/%m/%d %H:%M:%S} {text}\n".encode())

    def last_line(self) -> str:
        """The last line that is not CodeBuild's own."""
        lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line and not line.startswith("[Container]")), "")

    def copy(self) -> None:
        """Send what is new."""
        with contextlib.suppress(ClientError):
            if not self._has_stream:
                self._client.create_log_stream(**self._location)
                self._has_stream = True
            with self._path.open("rb") as file:
                file.seek(self._position)
                text = file.read()
            now = int(clock.now().timestamp() * 1000)
            lines = [line for line in text.decode(errors="replace").splitlines() if line]
            events = [{"timestamp": now, "message": line} for line in lines]
            for start in range(0, len(events), _BATCH):
                self._client.put_log_events(**self._location, logEvents=events[start : start + _BATCH])
            self._position += len(text)
