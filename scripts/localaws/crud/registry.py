"""The registry of the services that answer from the store: specifications.yaml, and operation handlers of packages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.localaws.core import data_file
from scripts.localaws.crud.operations import OperationHandler
from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec


def _read() -> dict[str, ServiceSpec]:
    rows = data_file.read(Path(__file__).with_name("specifications.yaml"))
    return {scope: _service(scope, **row) for scope, row in rows.items()}


def _service(scope: str, resources: Mapping[str, Any] | None = None, **row: Any) -> ServiceSpec:
    specs = tuple(ResourceSpec(name, **_fields(fields)) for name, fields in (resources or {}).items())
    return ServiceSpec(scope, row.pop("model", scope), specs, **_fields(row))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


SERVICES: Mapping[str, ServiceSpec] = _read()  # key: the name in the credential scope
HANDLERS: dict[tuple[str, str], OperationHandler] = {}  # of operations that are not generic, from the packages


def find_service(scope: str) -> ServiceSpec | None:
    """The service that is signed with this name, None when it is not stored."""
    return SERVICES.get(scope)


def is_complete(scope: str) -> bool:
    """Whether the store answers for the whole service, so that no operation reaches moto."""
    spec = SERVICES.get(scope)
    return spec is not None and spec.is_complete
