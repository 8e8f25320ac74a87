"""Contracts: values that one stack or root module passes to another through an SSM parameter. Reads files.

terraform/contracts.yaml is the only place that contains the parameter paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from generators.config import validation
from generators.config.schema import ContractsFile
from generators.config.yaml_reader import file_version
from generators.errors import UserError, did_you_mean

FILE = Path("terraform/contracts.yaml")


@dataclass(frozen=True, slots=True)
class Contract:
    """One SSM parameter and its only writer."""

    path: str  # SSM parameter name
    type: str  # CloudFormation parameter type of the value
    writer: str  # terraform/live/<root> or products/<folder>
    description: str


Contracts = Mapping[str, Mapping[str, Contract]]


def read(root: Path) -> Contracts:
    """Scope -> key -> contract. Cached until the file changes, because every template reads it several times."""
    return _read(root, file_version(root / FILE))


def find(root: Path, scope: str, key: str) -> Contract:
    """One contract; UserError with the nearest scope or key when it does not exist."""
    scopes = read(root)
    if scope not in scopes:
        raise UserError(f"unknown contract scope '{scope}'; {did_you_mean(scope, scopes)} ({FILE} lists them)")
    if key not in scopes[scope]:
        hint = did_you_mean(key, scopes[scope])
        raise UserError(f"unknown contract '{key}' in scope '{scope}'; {hint} ({FILE} lists them)")
    return scopes[scope][key]


@cache
def _read(root: Path, _version: tuple[int, int]) -> Contracts:
    file, document = validation.read(root / FILE, root, ContractsFile)
    scopes = {
        scope: MappingProxyType(
            {key: Contract(entry.path, entry.type, entry.writer, entry.description) for key, entry in entries.items()}
        )
        for scope, entries in file.root.items()
    }
    problems = [
        f"{document.where((scope, key, 'path'))}: {contract.path} is also the path of another contract; give it its own"
        for scope, key, contract in _duplicates(scopes)
    ]
    if problems:
        raise UserError(problems)
    return MappingProxyType(scopes)


def _duplicates(scopes: Contracts) -> list[tuple[str, str, Contract]]:
    """Scope, key and contract of every path that an earlier contract has too."""
    paths: set[str] = set()
    duplicates = []
    for scope, entries in scopes.items():
        for key, contract in entries.items():
            if contract.path in paths:
                duplicates.append((scope, key, contract))
            paths.add(contract.path)
    return duplicates
