"""The platform's cfn-lint rules, and the controls that each enforces. Reads the rules, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generators import rule_metadata
from generators import rules as package
from generators.rules._rule import PlatformRule


def all_rules() -> Iterator[type[PlatformRule]]:
    """Every rule of the platform, by file name."""
    return rule_metadata.classes(package, PlatformRule)


def rules_by_control() -> Mapping[int, tuple[str, ...]]:
    """Control -> ids of the rules that enforce it, both in order."""
    return rule_metadata.by_control((rule.id, rule.controls) for rule in all_rules())
