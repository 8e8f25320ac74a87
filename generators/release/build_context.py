"""The build context: product and version of the template that is being built. One context variable.

`build()` of a template takes no arguments, so that it reads as a list of resources; render binds this context around
it.
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
    """Product and version of a build, and the repository whose contracts it reads."""

    root: Path
    product: str  # studio-environment
    version: str  # 1.1.0


_current: ContextVar[BuildContext] = ContextVar("build_context")


def current() -> BuildContext:
    """The bound context; UserError outside of `bind_build_context()`."""
    try:
        return _current.get()
    except LookupError:
        raise UserError("a template is built by `catalog render` only; run that command") from None


@contextmanager
def bind_build_context(root: Path, product: str, version: str) -> Iterator[BuildContext]:
    """Bind a context while the block runs."""
    token = _current.set(BuildContext(root, product, version))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
