"""Outputs of a provisioned product as a table. Pure: returns the value that `emit` prints."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def table(title: str, outputs: Mapping[str, str]) -> RenderableType:
    """The title, then one row for each output."""
    rows = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for key, value in outputs.items():
        rows.add_row(key, Text(value))
    return Group(Text(title, style="green"), rows)
