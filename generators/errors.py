"""The error that a person can resolve."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """What a person can fix: one `where: what; what to do` per problem, all problems of a stage together.

    `exit_code` is 1 for input that a person can fix and 3 when AWS refused.
    """

    def __init__(self, problems: str | Iterable[str], exit_code: int = 1) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        self.exit_code = exit_code
        super().__init__("\n".join(self.problems))
