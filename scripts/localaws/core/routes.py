"""Which response class answers for a service that is wholly ours; every other service goes to moto's dispatcher.

Such a service never loads moto's package of the same name (moto's CloudFormation alone loads every other service).
"""

from collections.abc import Callable, Iterable
from typing import Any

from moto.core.responses import BaseResponse

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
_ours: dict[str, type[BaseResponse]] = {}
_only: dict[str, frozenset[str]] = {}


def register(scope: str, responses: type[BaseResponse]) -> None:
    """From now on `responses` answers every request signed for this service (the name in the credential scope)."""
    _ours[scope] = responses


def registered(scope: str) -> type[BaseResponse] | None:
    """The class that answers for the service, None when moto does."""
    return _ours.get(scope)


def restrict_operations(model: str, operations: Iterable[str]) -> None:
    """Refuse the service's other operations, which moto would take for something that they are not."""
    _only[model] = frozenset(operations)


def restricted_operations(model: str) -> frozenset[str] | None:
    """The operations that are held, None when moto's own refusal can be trusted."""
    return _only.get(model)
