"""The example account with the roles beside people's that could be acted as. Reads files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from generators.catalog import load
from generators.roles import matrix, source
from generators.roles.matrix import Account
from generators.roles.source import Role, Roles

_PROMOTION = Path("terraform/modules/promotion/policies/source.json")
_MACHINE = Path("terraform/modules/break_glass/policies/machine.json")
_FIXER = "platform-fix-engineer"


def with_services(root: Path) -> Account:
    """The matrix's account, its launch roles, the role that carries models to production, what opens windows."""
    account = matrix.read(root)
    given = _Words(matrix.words(root))
    return replace(account, roles=Roles((*account.roles.all, *_service_roles(root, given)), account.roles.boundary))


class _Words(dict[str, str]):
    """A value that only one policy names is some name."""

    def __missing__(self, word: str) -> str:
        if word in ("role_arn", "bound_arn"):
            return f"arn:aws:iam::{matrix.ACCOUNT}:{'role' if word == 'role_arn' else 'policy'}/{_FIXER}"
        return '["arn:aws:iam::999988887777:role/mlops-promotion-target"]' if word == "targets" else "x"


def _service_roles(root: Path, given: Mapping[str, str]) -> Iterator[Role]:
    yield _role("mlops-promotion-source", "codebuild.amazonaws.com", root / _PROMOTION, given)
    yield _role("mlops-break-glass", "states.amazonaws.com", root / _MACHINE, given)
    for product in load.products(root):
        yield _role(product.launch_role, "servicecatalog.amazonaws.com", product.folder / "launch_policy.json", given)


def _role(name: str, service: str, file: Path, given: Mapping[str, str]) -> Role:
    statements: list[dict[str, Any]] = json.loads(source.replaced(file.read_text("utf-8"), given))["Statement"]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return Role(name, f"Works for {service}", "service role", "", (), tuple(statements), (trust,))
