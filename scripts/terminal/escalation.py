"""The report on privilege escalation, for people and for programs. Pure: returns what `emit` shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from generators.access.analysis.privilege_escalation import EscalationPath, EscalationReport

_WITHOUT_SCPS = "path that only service control policies prevent"


def table(report: EscalationReport) -> RenderableType:
    """The scope of the analysis, one chain a line, and a last line that counts the findings."""
    return Group(
        Text(f"{report.roles} roles, {report.principals} principals, {report.edges} edges"),
        Text(f"goals: {', '.join(report.goals)}"),
        *_lines("intended", report.intended, "dim"),
        *_lines("path", report.unintended, "bold red"),
        *_lines(_WITHOUT_SCPS, report.without_scps, "bold red"),
        _total(len(report.findings)),
    )


def data(report: EscalationReport) -> dict[str, Any]:
    """The report as JSON values."""
    only_scps = set(report.without_scps)
    return {
        "roles": report.roles,
        "principals": report.principals,
        "edges": report.edges,
        "goals": list(report.goals),
        "paths": [{**_path(path), "prevented_by_scps": path in only_scps} for path in report.findings],
        "intended": [_path(path) for path in report.intended],
    }


def _path(path: EscalationPath) -> dict[str, Any]:
    return {**asdict(path), "chain": str(path)}


def _lines(label: str, paths: Iterable[EscalationPath], style: str) -> list[Text]:
    return [Text.assemble((f"{label}: ", style), str(path)) for path in paths]


def _total(number: int) -> Text:
    if not number:
        return Text("no path: no principal reaches a goal that matrix.yaml denies it", style="green")
    count = "1 path" if number == 1 else f"{number} paths"
    return Text(f"{count}: remove a permission that the chain names", style="bold red")
