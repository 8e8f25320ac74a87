"""The tables of what AWS asks for an operation: services/<service>/requirements.yaml. Reads these files alone.

A file has `service` (IAM's prefix), `session` (the name of the session in which the service uses a role), `prefix`
(what precedes AWS's sentence in the reason of a failure), and two lists. The members of a row of `permissions` are
those of Permission, with several actions in `actions`; of `limits` those of Limit. An expression is JMESPath over the
parameters of the request, with `operation`, `resource`, `account`, `region` and the functions of
requirement_functions.py. A template is text in which braces hold an expression; without a value it gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from scripts.localaws.core import data_file

_SERVICES = Path(__file__).parents[2]
CALLER = "caller"
REQUEST, START = "request", "start"


@dataclass(frozen=True)
class Error:
    """An error of AWS that is not the plain denial: its code, and a template of its message.

    {action} in a message is the action's name without the service.
    """

    code: str
    message: str


@dataclass(frozen=True)
class Permission:
    """An action that a principal must be allowed, or the operation fails.

    principals: `caller`, or an expression for the ARN of a role in the request; one of several suffices.
    phase: request (the denial is the call's error) or start (it is the reason why the job or build fails).
    when: an expression that must be true, "" for always. resources: templates of ARNs. values: condition key ->
    template.
    subnets: an expression for the subnets in whose VPC the service makes the request, through the VPC's endpoint; ""
    for a request from AWS's own network. basis: recorded or documented.
    """

    operations: tuple[str, ...]
    action: str
    source: str
    resources: tuple[str, ...] = ("*",)
    principals: tuple[str, ...] = (CALLER,)
    phase: str = REQUEST
    when: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    subnets: str = ""
    error: Error | None = None
    basis: str = "documented"


@dataclass(frozen=True)
class Limit:
    """An expression that must be true for a request, and AWS's error when it is not."""

    operations: tuple[str, ...]
    require: str
    error: Error
    source: str
    when: str = ""
    basis: str = "documented"


@dataclass(frozen=True)
class Table:
    """The rows of one service."""

    service: str
    session: str
    prefix: str
    permissions: tuple[Permission, ...]
    limits: tuple[Limit, ...]

    def permissions_of(self, operation: str, phase: str) -> Iterator[Permission]:
        """The permissions for an operation in a phase."""
        return (row for row in self.permissions if operation in row.operations and row.phase == phase)

    def limits_of(self, operation: str) -> Iterator[Limit]:
        """The limits of an operation."""
        return (row for row in self.limits if operation in row.operations)


@cache
def tables() -> Mapping[str, Table]:
    """The tables by IAM's prefix."""
    files = (data_file.read(path) for path in sorted(_SERVICES.glob("*/requirements.yaml")))
    return {file["service"]: _table(file) for file in files}


def _table(file: Mapping[str, Any]) -> Table:
    rows = [(row.pop("actions").split(), _fields(row)) for row in file.get("permissions", ())]
    permissions = tuple(Permission(action=action, **fields) for actions, fields in rows for action in actions)
    limits = tuple(Limit(**_fields(row)) for row in file.get("limits", ()))
    return Table(file["service"], file["session"], file.get("prefix", ""), permissions, limits)


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a row; operations are text with blanks."""
    names = {"operations": tuple(row["operations"].split())}
    lists = {name: tuple(row[name]) for name in ("resources", "principals") if name in row}
    error = {"error": Error(**row["error"])} if "error" in row else {}
    return {**row, **names, **lists, **error}
