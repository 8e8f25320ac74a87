"""The one clock of this server: real time, and what `advance` has added to it.

Schedules, waits, retries, approvals, alarms and expirations follow it. Processes (builds, jobs, functions) have the
time limits of this machine's own clock.
"""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

PATH = "/localaws/clock"  # of the request that advances it
DELAYS = {"CreateAccount": 0}  # seconds until the result of an operation exists
_change = threading.Condition()
_added = [timedelta()]


def now() -> datetime:
    """The current moment in UTC."""
    return datetime.now(UTC) + _added[0]


def set_in_moto() -> None:
    """Let moto's services follow this clock, those that were imported before as well."""
    from moto.core import utils

    original = utils.utcnow
    for module in [module for name, module in sys.modules.items() if name.startswith("moto.")]:
        if getattr(module, "utcnow", None) is original:
            module.utcnow = lambda: now().replace(tzinfo=None)  # type: ignore[attr-defined]


def advance(seconds: float) -> None:
    """Let the time pass at once; whatever waits for a moment before the new one goes on."""
    with _change:
        _added[0] += timedelta(seconds=seconds)
        _change.notify_all()


class Event(threading.Event):
    """An event whose waiting ends by this clock."""

    def set(self) -> None:
        """Set the event and wake those who wait for it."""
        super().set()
        with _change:
            _change.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds; whether the event is set."""
        end = now() + timedelta(seconds=threading.TIMEOUT_MAX if timeout is None else timeout)
        with _change:
            while not self.is_set() and (seconds := (end - now()).total_seconds()) > 0:
                _change.wait(min(seconds, threading.TIMEOUT_MAX))
        return self.is_set()


def every_minute(*actions: Callable[[datetime], None]) -> None:
    """Call the actions for each minute that begins, in order, for ever."""
    minute, never = now().replace(second=0, microsecond=0), Event()
    while minute := minute + timedelta(minutes=1):
        never.wait(max((minute - now()).total_seconds(), 0))
        for action in actions:
            action(minute)
