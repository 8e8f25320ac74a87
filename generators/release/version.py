"""Semantic versions and version steps. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

_NUMBER = "(0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A semantic version without pre-release: `1.10.0`."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `MAJOR.MINOR.PATCH`; ValueError when it is anything else."""
        match = _VERSION.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not MAJOR.MINOR.PATCH")
        return cls(*(int(part) for part in match.groups()))

    @classmethod
    def find(cls, text: str) -> Version | None:
        """Read `MAJOR.MINOR.PATCH`; None when it is anything else, such as a name that somebody gave by hand."""
        return cls.parse(text) if _VERSION.fullmatch(text) else None

    def after(self, bump: Bump) -> Version:
        """The smallest version that is `bump` above this one."""
        match bump:
            case Bump.MAJOR:
                return Version(self.major + 1, 0, 0)
            case Bump.MINOR:
                return Version(self.major, self.minor + 1, 0)
            case Bump.PATCH:
                return Version(self.major, self.minor, self.patch + 1)
            case Bump.NONE:
                return self

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Bump(IntEnum):
    """Smallest version step that a change requires; ordered, MAJOR includes MINOR."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3
