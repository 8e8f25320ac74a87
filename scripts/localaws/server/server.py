"""Serves moto's dispatcher and the services of this package behind the gateway, on loopback."""

import importlib.util
import json
import logging
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from moto.moto_server import werkzeug_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from generators.config.files import write_atomically
from scripts.localaws.core import clock, context, moto_cache
from scripts.localaws.core.routes import Application, Environ, register, registered
from scripts.localaws.core.service_table import folders
from scripts.localaws.crud import registry
from scripts.localaws.server.gateway import Gateway
from scripts.localaws.services.cloudwatch import alarms
from scripts.localaws.services.events import schedules

LOOPBACK = "127.0.0.1"


class _BufferedHandler(werkzeug_app.MotoRequestHandler):
    """Sends headers and body at once: a Go client may close the connection between the two and repeat the request."""

    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """Flush the interim response: the client waits up to a second for it before it sends the body."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed


class _Dispatcher(werkzeug_app.DomainDispatcherApplication):
    """moto's dispatcher, which lists moto's folder for each request although the backend depends on the host alone."""

    get_backend_for_host = lru_cache(maxsize=1024)(werkzeug_app.DomainDispatcherApplication.get_backend_for_host)


class Router:
    """A WSGI application: the registered response class, else moto's application."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        responses = registered(environ["localaws.scope"])
        if responses is None:
            return self._moto(environ, start)
        request = werkzeug_app.BackendRequest(environ)
        status, headers, body = responses.dispatch(request, request.url, request.headers)
        return Response(body, int(status), dict(headers))(environ, start)


def install(folder: str) -> None:
    """Call the package's own `install`, and register its response class and the operations of its `handlers`."""
    package = importlib.import_module(f"scripts.localaws.services.{folder}")
    if hasattr(package, "install"):
        package.install()
    if importlib.util.find_spec(f"{package.__name__}.responses"):
        register(*importlib.import_module(f"{package.__name__}.responses").RESPONSE)
    if importlib.util.find_spec(f"{package.__name__}.handlers"):
        registry.HANDLERS.update(importlib.import_module(f"{package.__name__}.handlers").HANDLERS)


@cache
def application() -> Gateway:
    """Install every service, once in a process, and return the embedded AWS as one WSGI application."""
    clock.set_in_moto()
    moto_cache.install()
    for folder in folders():
        install(folder)
    return Gateway(Router(_Dispatcher(werkzeug_app.create_backend_app)))


def serve(port: int, announce: Path | None) -> None:
    """Serve until the process ends. Port 0 takes a free port; the endpoint is written to the file `announce`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True)
    for library in ("werkzeug", "botocore", "urllib3"):
        logging.getLogger(library).setLevel(logging.WARNING)
    server = make_server(LOOPBACK, port, application(), threaded=True, request_handler=_BufferedHandler)
    context.set_endpoint(f"http://{LOOPBACK}:{server.server_port}")
    if announce:
        context.set_data_dir(announce.with_suffix(".files"))
        started = datetime.now(UTC).isoformat(timespec="seconds")
        state = {"endpoint": context.endpoint(), "pid": os.getpid(), "started": started}
        write_atomically(announce, json.dumps(state, indent=2).encode() + b"\n")
    logging.getLogger("localaws").info("serving at %s", context.endpoint())
    threading.Thread(target=clock.every_minute, args=(schedules.run, alarms.evaluate), daemon=True).start()
    server.serve_forever()
