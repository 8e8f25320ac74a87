"""Requests and windows of an account. Pure: returns what `emit` shows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.break_glass.access_request import BreakGlassStatus


def table(status: BreakGlassStatus, where: str, now: datetime) -> RenderableType:
    """What is open and what waits, then every window that there was."""
    opened, lines = status.open(now), list[RenderableType]()
    lines += [
        Text(f"platform-fix-engineer is open for {opened.requester} until {opened.ends}", style="yellow")
        if opened
        else Text(f"platform-fix-engineer is closed in {where}", style="green")
    ]
    lines += [
        Text(f"waiting: {it.requester} asks for {it.minutes} minutes ({it.at:%H:%M} UTC): {it.reason}")
        for it in status.waiting(now)
    ]
    return Group(*lines, _record(status)) if status.windows else Group(*lines)


def _record(status: BreakGlassStatus) -> Table:
    made = Table("requester", "approver", "from", "until", "state", "reason", title="Windows", title_justify="left")
    for it in status.windows:
        made.add_row(it.requester, it.approver, it.begins, it.ends, it.state, it.reason)
    return made


def data(status: BreakGlassStatus, now: datetime) -> dict[str, Any]:
    """The same as JSON values."""
    opened = status.open(now)
    return {
        "open": asdict(opened) if opened else None,
        "waiting": [asdict(it) for it in status.waiting(now)],
        "windows": [asdict(it) for it in status.windows],
    }
