"""Changes between two versions as a table and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.check.compatibility.version_step import VersionStep
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


def table(product: str, old: Version, new: Version, judgement: VersionStep) -> RenderableType:
    """The changes by concern, then the version step that they need, with the reasons."""
    title = Text(f"{product} {old} -> {new}", style="bold")
    if not judgement.changes:
        return Group(title, Text("nothing changed"))
    rows = Table(box=box.SIMPLE, show_header=True, pad_edge=False)
    for column in ("Concern", "Step", "What changes"):
        rows.add_column(column, no_wrap=column != "What changes", overflow="fold")
    for kind, heading in _HEADINGS.items():
        changes = [change for change in judgement.changes if change.kind == kind]
        for index, change in enumerate(changes):
            step = Text(change.bump.name, _STYLES[change.bump])
            rows.add_row(heading if index == 0 else "", step, Text(change.text))
        if changes:
            rows.add_section()
    return Group(title, rows, _verdict(old, new, judgement))


def data(product: str, old: Version, new: Version, judgement: VersionStep) -> dict[str, Any]:
    """The same as JSON values."""
    changes = [
        {"kind": change.kind, "subject": change.subject, "step": change.bump.name, "text": change.text}
        for change in judgement.changes
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


def _verdict(old: Version, new: Version, judgement: VersionStep) -> Text:
    least = old.after(judgement.bump)
    answer = f"{new} is enough" if new >= least else f"{new} is too small, raise it to {least}"
    reasons = "; ".join(judgement.reasons)
    return Text(f"{judgement.bump.name}: {reasons}\n{answer}", _STYLES[judgement.bump])
