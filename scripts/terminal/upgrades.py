"""What was upgraded. Pure: returns what `emit` shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from generators.catalog.upgrades import Upgrade


def table(done: Sequence[Upgrade], planned: int, where: str) -> RenderableType:
    """One line an upgrade."""
    if not planned:
        return Text(f"nothing to do: everything in {where} is at its version", style="green")
    lines = [Text(f"{it.name}: {it.product} {it.version} -> {it.to}", style="green") for it in done]
    return Group(*lines, Text(f"{len(done)} of {planned} upgraded in {where}"))


def data(done: Iterable[Upgrade]) -> list[dict[str, str]]:
    """The upgrades as JSON values."""
    return [asdict(it) for it in done]
