"""Facts that checks need outside of the plan. Reads terraform/platform.yaml and roles.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generators.access import access_matrix, roles
from generators.config import repository
from generators.iam.conditions import as_tuple
from generators.terraform_checks.model.check import CheckContext


def read(root: Path) -> CheckContext:
    """UserError when one of the files is wrong."""
    return CheckContext(repository.platform(root).release_bucket, frozenset(_services(root)))


def _services(root: Path) -> Iterator[str]:
    """Services that the permissions boundary allows, which limits every execution role and product role.

    Launch policies do not count, because CloudFormation uses them from outside of the network.
    """
    for statement in roles.read(root, access_matrix.example_values(root)).boundary:
        if statement["Effect"] == "Allow":
            yield from (action.partition(":")[0] for action in as_tuple(statement["Action"]))
