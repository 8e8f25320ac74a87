"""What a scanner found, and whether that is within its bound. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Report:
    """One scanner over one kind of file. `failures` are lines for people, `raw` is what the scanner itself said."""

    scanner: str
    seen: str  # such as "312 resources"
    result: str  # such as "2.1 failures per 100 resources"
    bound: str  # such as "at most 5", or "" when it is read by people only
    held: bool
    failures: tuple[str, ...]
    raw: Any = field(repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """The report without the scanner's own words."""
        return {
            "scanner": self.scanner,
            "seen": self.seen,
            "result": self.result,
            "bound": self.bound,
            "held": self.held,
            "failures": list(self.failures),
        }
