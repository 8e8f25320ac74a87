"""The page docs/roles.md: roles and access control matrix as Markdown tables. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generators.access.access_matrix import AccountPolicies, decide

FILE = Path("docs/roles.md")
_HEAD = """\
# Roles and permissions

`make docs` writes this page from `terraform/roles.yaml` (the policies of each role) and `terraform/matrix.yaml` (the
expected access); do not edit it. Each cell is the result of all policies together: the role's own policies, its
permissions boundary and the service control policies of a team's account. Tests compare every cell with the matrix, and
remove each statement once to check that at least one cell changes.
"""


def text(account: AccountPolicies) -> str:
    """The page as Markdown."""
    roles = account.roles.all
    lines = [_HEAD, "| role | description | policies | portfolios |", "|---|---|---|---|"]
    lines += [
        f"| {role.name} | {role.description} | {', '.join(role.policies) or 'everything'}"
        f" | {', '.join(role.portfolios)} |"
        for role in roles
    ]
    lines += ["", "| task | action | controls | " + " | ".join(role.name for role in roles) + " |"]
    lines += ["|---|---|---|" + "---|" * len(roles), *_rows(account)]
    return "\n".join(lines) + "\n"


def _rows(account: AccountPolicies) -> Iterator[str]:
    for rule in account.rules:
        cells = ["yes" if decide(account, role, rule).allowed else "" for role in account.roles.all]
        controls = ", ".join(map(str, rule.controls))
        yield f"| {rule.name} | `{rule.action}` | {controls} | " + " | ".join(cells) + " |"
