"""The result of a scanner, compared with its bound. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one scanner. `failures` are lines for people, `raw` is the output of the scanner itself."""

    scanner: str
    scope: str  # such as "312 resources"
    result: str  # such as "2.1 failures per 100 resources"
    bound: str  # such as "at most 5", or "" without a bound
    passed: bool
    failures: tuple[str, ...]
    raw: Any = field(repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """The report as JSON values, without the output of the scanner."""
        return {
            "scanner": self.scanner,
            "seen": self.scope,
            "result": self.result,
            "bound": self.bound,
            "held": self.passed,
            "failures": list(self.failures),
        }
