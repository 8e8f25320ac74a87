"""Upgrades as lines and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from generators.catalog.upgrades import Upgrade


def table(upgrades: Sequence[Upgrade], planned: int, where: str) -> RenderableType:
    """One line for each completed upgrade, and a last line with their number."""
    if not planned:
        return Text(f"nothing to do: everything in {where} is at its version", style="green")
    lines = [
        Text(f"{upgrade.name}: {upgrade.product} {upgrade.version} -> {upgrade.to}", style="green")
        for upgrade in upgrades
    ]
    return Group(*lines, Text(f"{len(upgrades)} of {planned} upgraded in {where}"))


def data(upgrades: Iterable[Upgrade]) -> list[dict[str, str]]:
    """The upgrades as JSON values."""
    return [asdict(upgrade) for upgrade in upgrades]
