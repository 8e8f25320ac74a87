"""Findings as lines and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields

from rich.console import Group, RenderableType
from rich.text import Text

from generators.release.model import Finding

_FIELDS = tuple(field.name for field in fields(Finding))
_STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan", "waived": "dim"}


def table(findings: Iterable[Finding], products: int) -> RenderableType:
    """One line for each finding, worst first, and a last line with their counts."""
    ordered = sorted(findings, key=lambda finding: (list(_STYLES).index(finding.level), finding.where, finding.rule))
    return Group(*(_line(finding) for finding in ordered), _total(ordered, products))


def data(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """The findings as JSON values."""
    return [{name: getattr(finding, name) for name in _FIELDS} for finding in findings]  # asdict copies every text


def _line(finding: Finding) -> Text:
    subject = f"{finding.resource}: " if finding.resource else ""
    head = (f"{finding.level} {finding.rule}", _STYLES[finding.level])
    return Text.assemble(f"{finding.where}: ", head, f" {subject}{finding.message}")


def _total(findings: list[Finding], products: int) -> Text:
    counts = Counter(finding.level for finding in findings)
    parts = [_count(counts[level], level) for level in _STYLES if counts[level]]
    checked = f"{_count(products, 'product')} checked"
    return Text(f"{checked}: {', '.join(parts) or 'no findings'}", style="bold red" if counts["error"] else "green")


def _count(number: int, noun: str) -> str:
    plural = "" if number == 1 or noun in {"info", "waived"} else "s"
    return f"{number} {noun}{plural}"
