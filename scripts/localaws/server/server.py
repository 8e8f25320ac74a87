"""Puts moto's dispatcher and our services behind the gateway and serves them on loopback."""

import importlib
import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from scripts.localaws.core import context
from scripts.localaws.core.service_table import folders
from scripts.localaws.server.gateway import Gateway
from scripts.localaws.server.router import Router

LOOPBACK = "127.0.0.1"


class _Whole(MotoRequestHandler):
    """Sends headers and body at once: a client in Go may close between the two, and asks a second time."""

    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """A client that asked whether to go on waits a second for this before it sends its body."""
        told = super().handle_expect_100()
        self.wfile.flush()
        return told


def application() -> Gateway:
    """The whole embedded AWS as one WSGI application."""
    for folder in folders():
        importlib.import_module(f"scripts.localaws.services.{folder}").install()
    return Gateway(Router(DomainDispatcherApplication(create_backend_app)))


def serve(port: int, announce: Path | None) -> None:
    """Serves until it is ended. Port 0 takes a free one; `announce` then learns the address."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True)
    for chatty in ("werkzeug", "botocore", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    server = make_server(LOOPBACK, port, application(), threaded=True, request_handler=_Whole)
    context.set_endpoint(f"http://{LOOPBACK}:{server.server_port}")
    if announce:
        context.set_data_dir(announce.with_suffix(".files"))
        _write(announce, {"endpoint": context.endpoint(), "pid": os.getpid(), "started": _now()})
    logging.getLogger("localaws").info("serving at %s", context.endpoint())
    server.serve_forever()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(path: Path, facts: dict[str, object]) -> None:
    """In one step: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    half.replace(path)
