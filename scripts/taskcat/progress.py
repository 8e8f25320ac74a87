"""A progress printer for taskcat's stacks.

taskcat's own printer polls once a minute, which is most of the time of a short launch.
"""

from __future__ import annotations

import time
from typing import Any

from scripts.terminal import print_line

_POLL = 1.0  # seconds


class StackPrinter:
    """The object that taskcat calls its printer."""

    def report_test_progress(self, stacker: Any, _poll_interval: int = 0) -> None:
        """Wait until every stack has a final status; print one line for each status that a stack reaches."""
        statuses: dict[str, str] = {}
        while True:
            for stack in stacker.stacks:
                stack.refresh()
                if statuses.get(stack.id) != stack.status:
                    statuses[stack.id] = stack.status
                    print_line(f"taskcat: {stack.test_name}: {stack.status}")
            if not any(status.endswith("_IN_PROGRESS") for status in statuses.values()):
                return
            time.sleep(_POLL)
