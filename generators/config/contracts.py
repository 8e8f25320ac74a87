"""Values handed over by SSM, from terraform/contracts.yaml, which alone spells paths. Reads files, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from generators.config import validation
from generators.config.schema import ContractsFile
from generators.config.yaml_reader import state
from generators.errors import UserError, did_you_mean

FILE = Path("terraform/contracts.yaml")


@dataclass(frozen=True, slots=True)
class Contract:
    """One value: where it lies, what it is, who writes it."""

    path: str  # SSM parameter name
    type: str  # CloudFormation parameter type of the value
    writer: str  # terraform/live/<root> or products/<folder>
    description: str


Contracts = Mapping[str, Mapping[str, Contract]]


def read(root: Path) -> Contracts:
    """scope -> key -> contract. Read once per state of the file, because every template asks several times."""
    return _read(root, state(root / FILE))


def find(root: Path, scope: str, key: str) -> Contract:
    """One contract; UserError that names the nearest known scope or key."""
    known = read(root)
    if scope not in known:
        raise UserError(f"unknown contract scope '{scope}'; {did_you_mean(scope, known)} ({FILE} lists them)")
    if key not in known[scope]:
        near = did_you_mean(key, known[scope])
        raise UserError(f"unknown contract '{key}' in scope '{scope}'; {near} ({FILE} lists them)")
    return known[scope][key]


@cache
def _read(root: Path, _state: tuple[int, int]) -> Contracts:
    file, document = validation.read(root / FILE, root, ContractsFile)
    scopes = {
        scope: MappingProxyType(
            {key: Contract(it.path, it.type, it.writer, it.description) for key, it in entries.items()}
        )
        for scope, entries in file.root.items()
    }
    problems = [
        f"{document.where((scope, key, 'path'))}: {contract.path} is also the path of another contract; give it its own"
        for scope, key, contract in _repeated(scopes)
    ]
    if problems:
        raise UserError(problems)
    return MappingProxyType(scopes)


def _repeated(scopes: Contracts) -> list[tuple[str, str, Contract]]:
    seen: set[str] = set()
    repeated = []
    for scope, entries in scopes.items():
        for key, contract in entries.items():
            if contract.path in seen:
                repeated.append((scope, key, contract))
            seen.add(contract.path)
    return repeated
