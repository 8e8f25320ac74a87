"""Watches taskcat's stacks. taskcat's own watcher asks once a minute, which is most of the time of a short launch."""

from __future__ import annotations

import time
from typing import Any

from scripts.terminal import print_line

_POLL = 1.0  # seconds


class Watcher:
    """What taskcat calls its printer."""

    def report_test_progress(self, stacker: Any, _poll_interval: int = 0) -> None:
        """Wait until no stack moves; one line for each state that a stack reaches."""
        told: dict[str, str] = {}
        while True:
            for stack in stacker.stacks:
                stack.refresh()
                if told.get(stack.id) != stack.status:
                    told[stack.id] = stack.status
                    print_line(f"taskcat: {stack.test_name}: {stack.status}")
            if not any(status.endswith("_IN_PROGRESS") for status in told.values()):
                return
            time.sleep(_POLL)
