"""Which response class answers for a service that is wholly ours; every other service goes to moto's dispatcher.

Such a service never loads moto's package of the same name (moto's CloudFormation alone loads every other service).
"""

from collections.abc import Callable, Iterable
from typing import Any

from moto.core.responses import BaseResponse
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.wrappers import Response

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
_ours: dict[str, type[BaseResponse]] = {}
_only: dict[str, frozenset[str]] = {}


def take(scope: str, responses: type[BaseResponse]) -> None:
    """From now on `responses` answers every request signed for this service (the name in the credential scope)."""
    _ours[scope] = responses


def taken(scope: str) -> type[BaseResponse] | None:
    """The class that answers for the service, None when moto does."""
    return _ours.get(scope)


def hold_only(model: str, operations: Iterable[str]) -> None:
    """Refuse the service's other operations, which moto would take for something that they are not."""
    _only[model] = frozenset(operations)


def held_only(model: str) -> frozenset[str] | None:
    """The operations that are held, None when moto's own refusal can be trusted."""
    return _only.get(model)


class Router:
    """A WSGI application: ours where taken, else moto's."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        responses = taken(environ["localaws.scope"])
        if responses is None:
            return self._moto(environ, start)
        request = BackendRequest(environ)
        status, headers, body = responses.dispatch(request, request.url, request.headers)
        return Response(body, int(status), dict(headers))(environ, start)
