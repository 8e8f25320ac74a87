"""What checks must know beside the plan. Reads terraform/platform.yaml and roles.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generators.catalog import load
from generators.plans.check import Facts
from generators.policy.conditions import as_tuple
from generators.roles import matrix, source


def read(root: Path) -> Facts:
    """CatalogError when one of the files is wrong."""
    return Facts(load.platform(root).release_bucket, frozenset(_services(root)))


def _services(root: Path) -> Iterator[str]:
    """What the boundary allows: no execution role and no role of a product goes past it.

    Launch policies are left out, because CloudFormation uses them from outside of the network.
    """
    for statement in source.read(root, matrix.words(root)).boundary:
        if statement["Effect"] == "Allow":
            yield from (action.partition(":")[0] for action in as_tuple(statement["Action"]))
