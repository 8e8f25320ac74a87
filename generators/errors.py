"""The error for a problem that a person can resolve, and the hint for an unknown name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """What a person can fix: one `where: what; what to do` per problem, all problems of a stage together.

    `exit_code` is 1 for input that a person can fix and 3 when AWS refused.
    """

    def __init__(self, problems: str | Iterable[str], exit_code: int = 1) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        self.exit_code = exit_code
        super().__init__("\n".join(self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint of a message about an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(names)}"
