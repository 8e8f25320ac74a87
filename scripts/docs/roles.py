"""docs/roles.md, generated from terraform/roles.yaml and terraform/matrix.yaml. Reads files, nothing else."""

from pathlib import Path

from generators.access import access_matrix, report
from generators.errors import UserError

FILE = report.FILE


def text(root: Path) -> str:
    """The page; UserError with each cell of the matrix that differs from the evaluated policies."""
    account = access_matrix.read(root)
    differences = tuple(access_matrix.problems(account))
    if differences:
        raise UserError(differences)
    return report.text(account)
