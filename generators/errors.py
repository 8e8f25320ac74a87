"""The error for problems that a person can fix, and the hint for an unknown name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_EXCERPT = 80  # characters


class UserError(Exception):
    """Problems that a person can fix, each as `where: what; what to do`; all problems of a step together.

    `exit_code` is 1 for invalid input, 2 for findings and 3 when AWS refused.
    """

    def __init__(self, problems: str | Iterable[str], exit_code: int = 1) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        self.exit_code = exit_code
        super().__init__("\n".join(self.problems))


def excerpt(text: str) -> str:
    """A text of a file for a message: one line of printable characters, shortened."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: _EXCERPT + 1])
    return printable if len(text) <= _EXCERPT else f"{printable[:_EXCERPT]}..."


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """The hint of a message about an unknown name: the nearest choice, or all choices."""
    names = sorted(choices)
    matches = get_close_matches(name, names, n=1, cutoff=0.6)
    return f"did you mean '{matches[0]}'?" if matches else f"use one of: {', '.join(names)}"
