"""The platform's rules and the controls that each enforces. Reads the rules, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generators import rule_metadata
from generators import rules as package
from generators.rules._rule import PlatformRule


def known() -> Iterator[type[PlatformRule]]:
    """Every rule of the platform, by file name; a rule names its controls in its docstring."""
    return rule_metadata.classes(package, PlatformRule)


def enforcing() -> Mapping[int, tuple[str, ...]]:
    """Control -> ids of the rules that enforce it, both in order."""
    return rule_metadata.by_control((rule.id, rule.controls) for rule in known())
