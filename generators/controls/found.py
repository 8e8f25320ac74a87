"""Finds the classes of a package in which each file holds one idea. Reads the package, nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def classes(package: ModuleType, kind: type[T]) -> Iterator[type[T]]:
    """Every class of this kind, by file name; files that begin with a line below are helpers."""
    for path in sorted(Path(*package.__path__).glob("[!_]*.py")):
        module = importlib.import_module(f"{package.__name__}.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, kind) and value.__module__ == module.__name__:
                yield value


def by_control(named: Iterable[tuple[str, tuple[int, ...]]]) -> Mapping[int, tuple[str, ...]]:
    """(name, controls) turned round: control -> names, both in order."""
    pairs = sorted(named)
    controls = sorted({number for _, numbers in pairs for number in numbers})
    return {number: tuple(name for name, numbers in pairs if number in numbers) for number in controls}
