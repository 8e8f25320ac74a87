"""Finds rules and plan checks, and groups names by the controls of terraform/controls.yaml. Pure."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def classes(package: ModuleType, base: type[T]) -> Iterator[type[T]]:
    """Every subclass of `base` in a package, by file name, without modules whose name starts with an underscore."""
    for path in sorted(Path(*package.__path__).glob("[!_]*.py")):
        module = importlib.import_module(f"{package.__name__}.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__:
                yield value


def by_control(pairs: Iterable[tuple[str, tuple[int, ...]]]) -> Mapping[int, tuple[str, ...]]:
    """(name, controls) pairs as control -> names, both in order."""
    ordered = sorted(pairs)
    controls = sorted({number for _, numbers in ordered for number in numbers})
    return {control: tuple(name for name, numbers in ordered if control in numbers) for control in controls}
