"""What became of the estate's parts, for people and for programs. Pure: returns what `emit` shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

_BAD = "bold red"
_STYLES = {"failed": _BAD, "refused": _BAD, "drifted": "bold yellow", "applied": "green", "planned": "yellow"}


class Outcome(Protocol):
    """One part: its name, what became of it, and how long that took."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def result(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102


def table(outcomes: Iterable[Outcome]) -> RenderableType:
    """One line a part."""
    shown = Table(box=box.SIMPLE, pad_edge=False)
    shown.add_column("Part", no_wrap=True)
    shown.add_column("Result", no_wrap=True)
    shown.add_column("Seconds", justify="right")
    shown.add_column("Detail", overflow="fold")
    for it in outcomes:
        shown.add_row(it.title, Text(it.result, style=_STYLES.get(it.result, "")), f"{it.seconds:.1f}", it.detail)
    return shown


def data(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The same as JSON values."""
    return [
        {"part": it.title, "result": it.result, "detail": it.detail, "seconds": round(it.seconds, 3)} for it in outcomes
    ]
