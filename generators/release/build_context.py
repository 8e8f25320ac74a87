"""What a template may ask while it is being built: whose product it is and which version. Pure, one context variable.

`build()` takes nothing, so that a template reads as the list of what the user gets; render opens this context
around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from generators.errors import UserError


@dataclass(frozen=True, slots=True)
class Building:
    """The product and version that is being built, and the repository whose contracts it reads."""

    root: Path
    product: str  # studio-environment
    version: str  # 1.1.0


_current: ContextVar[Building] = ContextVar("building")


def current() -> Building:
    """What is being built now; UserError outside of `building()`."""
    try:
        return _current.get()
    except LookupError:
        raise UserError("a template is built by `catalog render` only; run that command") from None


@contextmanager
def building(root: Path, product: str, version: str) -> Iterator[Building]:
    """Say what is being built for as long as the block runs."""
    token = _current.set(Building(root, product, version))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
