"""Waits for a state that AWS reaches later, with growing pauses and a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

State = TypeVar("State")
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.2, 5.0, 1.3  # seconds, seconds, factor


def poll(read: Callable[[], State], is_final: Callable[[State], bool], timeout: float) -> State:
    """The first final state, or the last state before the timeout (seconds); `read` is called at least once."""
    deadline = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    while not is_final(state := read()) and (remaining := deadline - time.monotonic()) > 0:
        time.sleep(min(pause, remaining))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
    return state
