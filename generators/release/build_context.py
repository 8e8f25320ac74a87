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
class BuildContext:
    """The product and version that is being built, and the repository whose contracts it reads."""

    root: Path
    product: str  # studio-environment
    version: str  # 1.1.0


_current: ContextVar[BuildContext] = ContextVar("building")


def current() -> BuildContext:
    """What is being built now; UserError outside of `bind_build_context()`."""
    try:
        return _current.get()
    except LookupError:
        raise UserError("a template is built by `catalog render` only; run that command") from None


@contextmanager
def bind_build_context(root: Path, product: str, version: str) -> Iterator[BuildContext]:
    """Say what is being built for as long as the block runs."""
    token = _current.set(BuildContext(root, product, version))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
