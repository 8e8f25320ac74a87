"""Launch order of products: a product needs the writers of the contracts that it reads. Reads files, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from generators.config import contracts
from generators.launch_policy import lint
from generators.release import load, versions_folder


def with_prerequisites(root: Path, name: str) -> tuple[str, ...]:
    """The product `name` (or `all` products) after the products that it needs.

    UserError when a product is unknown or has an invalid launch policy.
    """
    ordered: list[str] = []
    for product in load.products(root, name):
        _add(root, product.name, ordered)
    lint.require_valid(load.product(root, product) for product in ordered)
    return tuple(ordered)


def _add(root: Path, name: str, ordered: list[str]) -> None:
    for prerequisite in sorted(_writers(root, name)):
        if prerequisite != name:
            _add(root, prerequisite, ordered)
    if name not in ordered:
        ordered.append(name)


def _writers(root: Path, name: str) -> set[str]:
    """The products that write a contract which the template of `name` reads."""
    template = json.loads(versions_folder.declared_release(load.product(root, name)).body)
    defaults = {parameter.get("Default") for parameter in template.get("Parameters", {}).values()}
    every_contract = [contract for keys in contracts.read(root).values() for contract in keys.values()]
    writers = {contract.writer for contract in every_contract if contract.path in defaults}
    return {Path(writer).name.replace("_", "-") for writer in writers if writer.startswith("products/")}
