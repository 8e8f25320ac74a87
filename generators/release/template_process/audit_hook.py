"""Refuses by name what a template may not do, so that its author reads the line and the reason.

The kernel's namespaces are the wall; where there are none, this hook is all there is (ADR 0010). Python's events:
https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NETWORK = ("socket.",)
_PROCESSES = (
    "ctypes.", "os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.posix_spawn", "os.spawn", "os.system",
    "pty.spawn", "signal.pthread_kill", "subprocess.Popen",
)  # fmt: skip
_FILES = (
    "os.chflags", "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.removexattr", "os.rename", "os.rmdir",
    "os.setxattr", "os.symlink", "os.truncate", "os.utime",
)  # fmt: skip


def install(scratch: Path | None) -> None:
    """Refuse network, processes and files outside of the scratch folder from now on, in this process."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_NETWORK):
            raise PermissionError(f"a template has no network ({event})")
        if event.startswith(_PROCESSES):
            raise PermissionError(f"a template starts, ends and calls no other program ({event})")
        paths = _paths_to_write(event, arguments)
        if any(scratch is None or not _lies_in(scratch, path) for path in paths):
            raise PermissionError(f"a template writes no files ({event} {paths[0]!r})")

    sys.addaudithook(hook)


def _paths_to_write(event: str, arguments: tuple[Any, ...]) -> list[str | bytes]:
    """The paths that an event writes; a number is a file that is open already."""
    if event == "open":
        path, _, flags = arguments
        return [path] if isinstance(path, str | bytes) and flags & _WRITING else []
    return [path for path in arguments if isinstance(path, str | bytes)] if event in _FILES else []


def _lies_in(folder: Path, path: str | bytes) -> bool:
    return Path(os.path.realpath(os.fsdecode(path))).is_relative_to(folder)
