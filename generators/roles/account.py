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


def with_services(root: Path) -> Account:
    """The matrix's account, its launch roles and the role that carries models to production."""
    account = matrix.read(root)
    given = _Words(matrix.words(root))
    return replace(account, roles=Roles((*account.roles.all, *_service_roles(root, given)), account.roles.boundary))


class _Words(dict[str, str]):
    """A value that only one policy names is some name."""

    def __missing__(self, word: str) -> str:
        return '["arn:aws:iam::999988887777:role/mlops-promotion-target"]' if word == "targets" else "x"


def _service_roles(root: Path, given: Mapping[str, str]) -> Iterator[Role]:
    yield _role("mlops-promotion-source", "codebuild.amazonaws.com", root / _PROMOTION, given)
    for product in load.products(root):
        yield _role(product.launch_role, "servicecatalog.amazonaws.com", product.folder / "launch_policy.json", given)


def _role(name: str, service: str, file: Path, given: Mapping[str, str]) -> Role:
    statements: list[dict[str, Any]] = json.loads(source.replaced(file.read_text("utf-8"), given))["Statement"]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return Role(name, f"Works for {service}", "service role", "", (), tuple(statements), (trust,))
