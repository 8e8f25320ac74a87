"""Provisioned products of all accounts as a table and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.catalog.inventory import InventoryRow, UnreadableAccount

_STYLES = {"AVAILABLE": "green", "TAINTED": "bold red", "ERROR": "bold red"}


def table(rows: Sequence[InventoryRow], unreadable: Iterable[UnreadableAccount]) -> RenderableType:
    """One row for each provisioned product, then the accounts that cannot be read."""
    grid = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("Account", "Region", "Name", "Product", "Version", "Latest", "Status", "Who"):
        grid.add_column(column, overflow="fold", no_wrap=column not in ("Name", "Who"))
    for row in rows:
        latest = Text(row.latest, style="" if row.version == row.latest else "yellow")
        status = Text(row.status, style=_STYLES.get(row.status, "yellow"))
        grid.add_row(row.account_name, row.region, row.name, row.product, row.version, latest, status, row.who)
    body: RenderableType = grid if rows else Text("nothing is provisioned in the accounts that could be read")
    return Group(body, *(Text(f"cannot be read: {_sentence(account)}", style="yellow") for account in unreadable))


def data(rows: Iterable[InventoryRow]) -> list[dict[str, str]]:
    """The rows as JSON values."""
    return [asdict(row) for row in rows]


def errors(unreadable: Iterable[UnreadableAccount]) -> tuple[str, ...]:
    """One sentence for each account that cannot be read."""
    return tuple(_sentence(account) for account in unreadable)


def _sentence(account: UnreadableAccount) -> str:
    return f"{account.account_name} ({account.account}): {account.reason}"
