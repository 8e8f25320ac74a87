"""Break-glass requests and grants as a table and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.break_glass.access_request import BreakGlassStatus


def table(status: BreakGlassStatus, where: str, now: datetime) -> RenderableType:
    """The open grant, the pending requests, and every grant."""
    grant, lines = status.open_grant(now), list[RenderableType]()
    lines += [
        Text(f"platform-fix-engineer is open for {grant.requester} until {grant.ends}", style="yellow")
        if grant
        else Text(f"platform-fix-engineer is closed in {where}", style="green")
    ]
    lines += [
        Text(
            f"waiting: {request.requester} asks for {request.minutes} minutes ({request.at:%H:%M} UTC):"
            f" {request.reason}"
        )
        for request in status.pending(now)
    ]
    return Group(*lines, _grants(status)) if status.grants else Group(*lines)


def _grants(status: BreakGlassStatus) -> Table:
    rows = Table("requester", "approver", "from", "until", "state", "reason", title="Windows", title_justify="left")
    for grant in status.grants:
        rows.add_row(grant.requester, grant.approver, grant.begins, grant.ends, grant.state, grant.reason)
    return rows


def data(status: BreakGlassStatus, now: datetime) -> dict[str, Any]:
    """The same as JSON values."""
    grant = status.open_grant(now)
    return {
        "open": asdict(grant) if grant else None,
        "waiting": [asdict(request) for request in status.pending(now)],
        "windows": [asdict(grant) for grant in status.grants],
    }
