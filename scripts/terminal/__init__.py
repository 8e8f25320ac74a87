"""What a person or a program reads: tables, progress, plain lines in a log, JSON. Nothing else prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

OnProgress = Callable[[str], None]


def _console(stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = 10_000  # a log has no edge, and a finding is one line that grep finds
    return console


def emit(renderable: RenderableType, data: Any, as_json: bool) -> None:
    """Print the table, or the data as JSON."""
    if as_json:
        sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")
    else:
        _console().print(renderable)


def print_line(text: str) -> None:
    """One plain sentence on standard output."""
    _console().print(text, markup=False, soft_wrap=True)


def print_errors(problems: tuple[str, ...]) -> None:
    """Problems, one a line, on standard error."""
    for problem in problems:
        sys.stderr.write(problem + "\n")


@contextmanager
def progress(description: str, total: int) -> Iterator[OnProgress]:
    """Yields `advance(text)`, one step each: a bar in a terminal, a line on standard error in a log."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield _lines(description, total)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(description, total=total)
        yield lambda text: bar.update(task, advance=1, description=f"{description}: {text}")


def _lines(description: str, total: int) -> OnProgress:
    done = iter(range(1, total + 1_000_000))

    def advance(text: str) -> None:
        sys.stderr.write(f"{description} {next(done)}/{total}: {text}\n")

    return advance


@contextmanager
def waiting(description: str) -> Iterator[OnProgress]:
    """Yields `hear(text)` for work whose steps nobody can count: a clock in a terminal, a line each in a log."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda text: print_errors((f"{description}: {text}",))
        return
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(description, total=None)
        yield lambda text: bar.update(task, description=f"{description}: {text}")
