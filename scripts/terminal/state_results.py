"""Results of Terraform states as a table and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

_ERROR = "bold red"
_STYLES = {"failed": _ERROR, "refused": _ERROR, "drifted": "bold yellow", "applied": "green", "planned": "yellow"}


class Result(Protocol):
    """The result of a run for one state (scripts.vend.vending.StateResult)."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def result(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102


def table(results: Iterable[Result]) -> RenderableType:
    """One row for each state."""
    rows = Table(box=box.SIMPLE, pad_edge=False)
    rows.add_column("Part", no_wrap=True)
    rows.add_column("Result", no_wrap=True)
    rows.add_column("Seconds", justify="right")
    rows.add_column("Detail", overflow="fold")
    for result in results:
        status = Text(result.result, style=_STYLES.get(result.result, ""))
        rows.add_row(result.title, status, f"{result.seconds:.1f}", result.detail)
    return rows


def data(results: Iterable[Result]) -> list[dict[str, Any]]:
    """The same as JSON values."""
    return [
        {
            "part": result.title,
            "result": result.result,
            "detail": result.detail,
            "seconds": round(result.seconds, 3),
        }
        for result in results
    ]
