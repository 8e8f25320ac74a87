"""Generates SUPPORTED.md: supported operations and resource types, and what is not emulated."""

import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from moto.core.utils import camelcase_to_underscores, get_service_model, method_names_from_class

from scripts.localaws.core import data_file
from scripts.localaws.core.routes import registered
from scripts.localaws.core.service_table import S3_CONTROL, SERVICES, Service
from scripts.localaws.crud import dispatch
from scripts.localaws.services.iam.authorization.requirement_table import (
    CALLER,
    REQUEST,
    Limit,
    Permission,
    tables,
)

_HEAD = Path(__file__).with_name("supported_head.md").read_text("utf-8")

_BASES = ("Recorded", "Documented", "Assumed")
_RECORDED = Path(__file__).parents[3] / "tests" / "recorded"


def text() -> str:
    """The whole document."""
    services = [*SERVICES.items(), ("s3 (control)", S3_CONTROL)]
    parts = [_HEAD, *(_section(scope, service) for scope, service in services), _requirements(), _resource_types()]
    return "\n".join(part for part in parts if part)


def _section(scope: str, service: Service) -> str:
    model = get_service_model(service.model)
    supported = set(_supported(scope, service))
    names = [name for name in model.operation_names if name in supported]
    source = f"`scripts/localaws/services/{service.folder}`" if service.folder else "moto"
    title = f"## {scope}\n{len(names)} of {len(model.operation_names)} operations, answered by {source}."
    bases = [(basis, [name for name in names if _basis(service.model, name) == basis]) for basis in _BASES]
    texts = [f"{basis}: {', '.join(members)}." for basis, members in bases if members]
    details = "<details><summary>Operations</summary>\n\n" + "\n\n".join(texts) + "\n\n</details>"
    return f"{title} Not emulated: {service.not_emulated}\n\n{details}\n"


def _basis(model: str, operation: str) -> str:
    return next(
        (basis for basis in _BASES if basis.lower() in _recorded_rows().get(f"{model}.{operation}", ())), "Assumed"
    )


@cache
def _recorded_rows() -> Mapping[str, frozenset[str]]:
    """Operation, such as kms.Encrypt -> the keys of the rows that compare its answer."""
    bases: dict[str, frozenset[str]] = {}
    for row in (row for path in _RECORDED.glob("*.yaml") for row in data_file.read(path)["rows"]):
        for value in row.get("each", [""]):
            values = value if isinstance(value, list) else [value]
            name = row["operation"].replace("${each}", str(value)).replace("${each[0]}", str(values[0]))
            bases[name] = bases.get(name, frozenset()) | row.keys()
    return bases


def _supported(scope: str, service: Service) -> Iterable[str]:
    """The operations of services.yaml, of the store, or those that the response class's module or methods name."""
    yield from service.operations
    yield from dispatch.operations(scope)
    responses = registered(scope)
    if responses and not service.operations:
        methods = method_names_from_class(responses)
        names = get_service_model(service.model).operation_names
        table = getattr(inspect.getmodule(responses), "OPERATIONS", None)
        yield from table or (name for name in names if camelcase_to_underscores(name) in methods)


def _requirements() -> str:
    """A table of the requirements of operations, each row with its basis and source."""
    permissions = [_permission(row) for table in tables().values() for row in table.permissions]
    limits = [_limit(row) for table in tables().values() for row in table.limits]
    head = "| operations | permission or limit | of whom, when | basis | source |\n|---|---|---|---|---|"
    title = "## What AWS asks beside the operation's own permission\nFrom `services/*/requirements.yaml`."
    return "\n".join([title, "", head, *permissions, *limits, ""])


def _permission(row: Permission) -> str:
    principals = "the caller" if row.principals == (CALLER,) else "a role of the request"
    phase = "in the call" if row.phase == REQUEST else "at the start"
    return _row(row.operations, f"`{row.action}`", f"{principals}, {phase}", row.basis, row.source)


def _limit(row: Limit) -> str:
    return _row(row.operations, row.error.message, "the request", row.basis, row.source)


def _row(operations: tuple[str, ...], *cells: str) -> str:
    return f"| {' | '.join([' '.join(operations), *cells])} |"


def _resource_types() -> str:
    from scripts.localaws.services.cloudformation.resource_types import RESOURCE_TYPES  # loads the registry schemas

    return "## CloudFormation resource types\n" + ", ".join(sorted(RESOURCE_TYPES)) + ", and custom resources.\n"
