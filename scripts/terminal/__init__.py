"""Output of every command: tables, progress, lines in a log, JSON. No other package prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

OnProgress = Callable[[str], None]


def _console(stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = 10_000  # no line breaks in a log, so that grep finds a whole finding
    return console


def emit(renderable: RenderableType, data: Any, as_json: bool) -> None:
    """Print the table, or the data as JSON."""
    if as_json:
        sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")
    else:
        _console().print(renderable)


def print_line(text: str) -> None:
    """Print one sentence on standard output."""
    _console().print(text, markup=False, soft_wrap=True)


def print_errors(problems: tuple[str, ...]) -> None:
    """Print problems on standard error, one per line."""
    for problem in problems:
        sys.stderr.write(problem + "\n")


@contextmanager
def progress(description: str, total: int) -> Iterator[OnProgress]:
    """Yield a callback `on_progress(text)`, called once per step: a bar in a terminal, a line per step in a log."""
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
    steps = count(1)

    def on_progress(text: str) -> None:
        sys.stderr.write(f"{description} {next(steps)}/{total}: {text}\n")

    return on_progress


@contextmanager
def waiting(description: str) -> Iterator[OnProgress]:
    """Yield a callback `on_progress(text)` for an unknown number of steps: a clock in a terminal, lines in a log."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda text: print_errors((f"{description}: {text}",))
        return
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(description, total=None)
        yield lambda text: bar.update(task, description=f"{description}: {text}")
