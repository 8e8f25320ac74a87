"""docs/roles.md: the roles and the matrix as a page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generators.access.access_matrix import AccountPolicies, decide

FILE = Path("docs/roles.md")
_HEAD = """\
# Who may do what

Made by `make docs` from `terraform/roles.yaml` (what each role is given) and `terraform/matrix.yaml` (what it should
mean); do not edit it. Every cell is decided by all policies together: the role's own, its boundary, and the service
control policies over a team's account. A test holds each cell to the file, and takes every statement away once to see
that a cell notices.
"""


def text(account: AccountPolicies) -> str:
    """The page."""
    roles = account.roles.all
    lines = [_HEAD, "| role | what it is for | given | launches from |", "|---|---|---|---|"]
    lines += [
        f"| {role.name} | {role.description} | {', '.join(role.policies) or 'everything'}"
        f" | {', '.join(role.portfolios)} |"
        for role in roles
    ]
    lines += ["", "| task | action | controls | " + " | ".join(role.name for role in roles) + " |"]
    lines += ["|---|---|---|" + "---|" * len(roles), *_rows(account)]
    return "\n".join(lines) + "\n"


def _rows(account: AccountPolicies) -> Iterator[str]:
    for task in account.tasks:
        cells = ["yes" if decide(account, role, task).allowed else "" for role in account.roles.all]
        controls = ", ".join(map(str, task.controls))
        yield f"| {task.name} | `{task.action}` | {controls} | " + " | ".join(cells) + " |"
