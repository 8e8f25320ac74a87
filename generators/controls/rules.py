"""The platform's rules and the controls that each enforces. Reads the rules, nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from generators import rules as package
from generators.rules._rule import PlatformRule


def known() -> Iterator[type[PlatformRule]]:
    """Every rule of the platform, by file name; a rule names its controls in its docstring."""
    for path in sorted(Path(*package.__path__).glob("[!_]*.py")):
        module = importlib.import_module(f"{package.__name__}.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, PlatformRule) and value.__module__ == module.__name__:
                yield value


def enforcing() -> Mapping[int, tuple[str, ...]]:
    """Control -> ids of the rules that enforce it, both in order."""
    found = sorted(known(), key=lambda rule: rule.id)
    numbers = sorted({number for rule in found for number in rule.controls})
    return {number: tuple(rule.id for rule in found if number in rule.controls) for number in numbers}
