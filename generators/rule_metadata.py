"""The controls that a rule's or a check's docstring names, Security Hub's ids in brackets: Control 49 [S3.8]. Pure."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TypeVar

_CONTROLS = re.compile(r"\bControls? (\d+(?:, \d+)*)")
_HUB_IDS = re.compile(r" \[[^]]*\]")


def numbers(docstring: str) -> tuple[int, ...]:
    """() when it names none."""
    named = _CONTROLS.search(_HUB_IDS.sub("", " ".join(docstring.split())))
    return tuple(int(number) for number in named[1].split(", ")) if named else ()


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
