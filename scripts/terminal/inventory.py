"""Who runs what, for people and for programs. Pure: returns what `emit` shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.catalog.inventory import Row, Unreadable

_STYLES = {"AVAILABLE": "green", "TAINTED": "bold red", "ERROR": "bold red"}


def table(rows: Sequence[Row], unreadable: Iterable[Unreadable]) -> RenderableType:
    """One line a provisioned product, then the accounts that could not be read."""
    shown = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("Account", "Region", "Name", "Product", "Version", "Latest", "Status", "Who"):
        shown.add_column(column, overflow="fold", no_wrap=column not in ("Name", "Who"))
    for it in rows:
        latest = Text(it.latest, style="" if it.version == it.latest else "yellow")
        status = Text(it.status, style=_STYLES.get(it.status, "yellow"))
        shown.add_row(it.account_name, it.region, it.name, it.product, it.version, latest, status, it.who)
    found: RenderableType = shown if rows else Text("nothing is provisioned in the accounts that could be read")
    return Group(found, *(Text(f"cannot be read: {_sentence(it)}", style="yellow") for it in unreadable))


def data(rows: Iterable[Row]) -> list[dict[str, str]]:
    """The rows as JSON values."""
    return [asdict(it) for it in rows]


def complaints(unreadable: Iterable[Unreadable]) -> tuple[str, ...]:
    """One sentence for each account that could not be read."""
    return tuple(_sentence(it) for it in unreadable)


def _sentence(it: Unreadable) -> str:
    return f"{it.account_name} ({it.account}): {it.reason}"
