"""Routes a request to the registered response class of its service, else to moto."""

from collections.abc import Iterable
from typing import Any

from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.wrappers import Response

from scripts.localaws.core.routes import Application, Environ, registered


class Router:
    """A WSGI application: the registered response class, else moto's application."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        responses = registered(environ["localaws.scope"])
        if responses is None:
            return self._moto(environ, start)
        request = BackendRequest(environ)
        status, headers, body = responses.dispatch(request, request.url, request.headers)
        return Response(body, int(status), dict(headers))(environ, start)
