"""What changed between two versions, for people and for programs. Pure: returns what `emit` shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.check.compatibility.version_step import Judgement
from generators.release.version import Bump, Version

_HEADINGS: Mapping[str, str] = {
    "parameter": "Parameters",
    "output": "Outputs",
    "resource": "Resources",
    "replacement": "Replacement risk",
    "security": "Security weakened",
    "policy": "Policy widened",
    "template": "Template",
}
_STYLES = {Bump.MAJOR: "bold red", Bump.MINOR: "yellow", Bump.PATCH: "green", Bump.NONE: "dim"}


def table(product: str, old: Version, new: Version, judgement: Judgement) -> RenderableType:
    """The changes by concern, then the step they ask for and why."""
    title = Text(f"{product} {old} -> {new}", style="bold")
    if not judgement.changes:
        return Group(title, Text("nothing changed"))
    rows = Table(box=box.SIMPLE, show_header=True, pad_edge=False)
    for column in ("Concern", "Step", "What changes"):
        rows.add_column(column, no_wrap=column != "What changes", overflow="fold")
    for kind, heading in _HEADINGS.items():
        changes = [it for it in judgement.changes if it.kind == kind]
        for index, it in enumerate(changes):
            rows.add_row(heading if index == 0 else "", Text(it.bump.name, _STYLES[it.bump]), Text(it.text))
        if changes:
            rows.add_section()
    return Group(title, rows, _verdict(old, new, judgement))


def data(product: str, old: Version, new: Version, judgement: Judgement) -> dict[str, Any]:
    """The same as JSON values."""
    changes = [
        {"kind": it.kind, "subject": it.subject, "step": it.bump.name, "text": it.text} for it in judgement.changes
    ]
    return {
        "product": product,
        "old": str(old),
        "new": str(new),
        "step": judgement.bump.name,
        "reasons": list(judgement.reasons),
        "least_version": str(old.after(judgement.bump)),
        "changes": changes,
    }


def _verdict(old: Version, new: Version, judgement: Judgement) -> Text:
    least = old.after(judgement.bump)
    answer = f"{new} is enough" if new >= least else f"{new} is too small, raise it to {least}"
    reasons = "; ".join(judgement.reasons)
    return Text(f"{judgement.bump.name}: {reasons}\n{answer}", _STYLES[judgement.bump])
