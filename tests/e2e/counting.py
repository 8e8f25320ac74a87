"""A loopback door before the embedded AWS that counts requests and can end a process at the n-th of them."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Door:
    """`calls` names each request in turn; after the request `fatal` was served, `victim` is killed before it hears."""

    calls: list[str] = field(default_factory=list)
    fatal: int = 0
    victim: int = 0
    armed: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""

    def arm(self, fatal: int, victim: int) -> None:
        """From now on count anew, and kill at request number `fatal` (0: never)."""
        self.calls.clear()
        self.fatal, self.victim = fatal, victim
        self.armed.set()


@contextmanager
def door(behind: str) -> Iterator[Door]:
    """A door before the server at `behind`."""
    made = Door()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made, behind))
    made.endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def _handler(made: Door, behind: str) -> type[BaseHTTPRequestHandler]:
    host = urlsplit(behind).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: two would wait for each other's acknowledgement
        disable_nagle_algorithm = True

        def handle_expect_100(self) -> bool:
            """At once: a client that hears nothing sends its body only after a second."""
            going_on = super().handle_expect_100()
            self.wfile.flush()
            return going_on

        def serve_one(self) -> None:
            made.armed.wait(10)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.calls.append(_name(self))
            fatal = len(made.calls) == made.fatal
            there = http.client.HTTPConnection(host)
            headers = {name: value for name, value in self.headers.items() if name != "Expect"}
            there.request(self.command, self.path, body, headers)
            answer = there.getresponse()
            said = answer.read()
            if fatal:
                os.kill(made.victim, signal.SIGKILL)
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = serve_one  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Silent."""

    return Handler


def _name(request: BaseHTTPRequestHandler) -> str:
    """Operation of a JSON service, else method and path."""
    target = request.headers.get("X-Amz-Target", "")
    return target.rpartition(".")[2] or f"{request.command} {request.path}"
