"""The registry of response classes that replace moto's; every other service goes to moto's dispatcher.

A replaced service never loads moto's package of the same name (moto's CloudFormation loads every other service).
"""

from collections.abc import Callable, Iterable
from typing import Any

from moto.core.responses import BaseResponse

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
_responses: dict[str, type[BaseResponse]] = {}


def register(scope: str, responses: type[BaseResponse]) -> None:
    """Let `responses` answer every request that is signed for this service (the name in the credential scope)."""
    _responses[scope] = responses


def registered(scope: str) -> type[BaseResponse] | None:
    """The response class of the service, None when moto answers."""
    return _responses.get(scope)
