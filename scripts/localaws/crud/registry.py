"""The registry of stored services. Each service registers its specification and its operation handlers."""

from collections.abc import Mapping

from scripts.localaws.crud.operations import Handlers, OperationHandler
from scripts.localaws.crud.resource_spec import ServiceSpec

_services: dict[str, ServiceSpec] = {}
_handlers: dict[tuple[str, str], OperationHandler] = {}


def register_service(spec: ServiceSpec, handlers: Handlers | None = None) -> None:
    """Answer the operations of this service from the store."""
    _services[spec.scope] = spec
    _handlers.update(handlers or {})


def services() -> Mapping[str, ServiceSpec]:
    """Every stored service by the name that it is signed with."""
    return _services


def find_service(scope: str) -> ServiceSpec | None:
    """The service that is signed with this name, None when it is not stored."""
    return _services.get(scope)


def is_complete(scope: str) -> bool:
    """Whether the store answers for the whole service, so that no operation reaches moto."""
    spec = _services.get(scope)
    return spec is not None and spec.is_complete


def handlers_of(scope: str) -> Handlers:
    """The service's operation handlers."""
    return {key: handler for key, handler in _handlers.items() if key[0] == scope}


def find_handler(scope: str, operation: str) -> OperationHandler | None:
    """The operation's own handler, None when it is generic."""
    return _handlers.get((scope, operation))
