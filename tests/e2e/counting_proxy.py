"""A loopback proxy before the embedded AWS that counts requests, throttles, and kills a process at the n-th of them."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.support.aws_stand_in import http_server, throttled


@dataclass
class CountingProxy:
    """A proxy whose `calls` name each request in order.

    The process `victim` is killed after AWS has served request number `fatal`, before the response is sent. With
    `throttle` set, a request for which it is true is refused as AWS throttles, and does not reach AWS.
    """

    calls: list[str] = field(default_factory=list)
    fatal: int = 0
    victim: int = 0
    throttle: Callable[[], bool] = lambda: False
    throttled: int = 0
    armed: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""

    def arm(self, fatal: int, victim: int) -> None:
        """Restart the count, and kill `victim` at request number `fatal` (0: never)."""
        self.calls.clear()
        self.fatal, self.victim = fatal, victim
        self.armed.set()


@contextmanager
def counting_proxy(upstream: str) -> Iterator[CountingProxy]:
    """A proxy before the server at `upstream`."""
    proxy = CountingProxy()
    with http_server(_handler(proxy, upstream)) as proxy.endpoint:
        yield proxy


def _handler(proxy: CountingProxy, upstream: str) -> type[BaseHTTPRequestHandler]:
    host = urlsplit(upstream).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: with two, Nagle's algorithm would delay the second
        disable_nagle_algorithm = True

        def handle_expect_100(self) -> bool:
            """Flush at once: without the response, a client waits a second before it sends its body."""
            keep_alive = super().handle_expect_100()
            self.wfile.flush()
            return keep_alive

        def serve_one(self) -> None:
            proxy.armed.wait(10)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if proxy.throttle():
                proxy.throttled += 1
                _refuse(self)
                return
            proxy.calls.append(_name(self))
            is_fatal = len(proxy.calls) == proxy.fatal
            response, content = _forward(self, host, body)
            if is_fatal:
                os.kill(proxy.victim, signal.SIGKILL)
            _send(self, response, content)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = serve_one  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler


def _forward(request: BaseHTTPRequestHandler, host: str, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
    """The response of the host, and its content."""
    connection = http.client.HTTPConnection(host)
    headers = {name: value for name, value in request.headers.items() if name != "Expect"}
    connection.request(request.command, request.path, body, headers)
    response = connection.getresponse()
    return response, response.read()


def _send(request: BaseHTTPRequestHandler, response: http.client.HTTPResponse, content: bytes) -> None:
    request.send_response(response.status)
    for name, value in response.getheaders():
        if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
            request.send_header(name, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def _refuse(request: BaseHTTPRequestHandler) -> None:
    """Answer as AWS does to too many requests."""
    target, content_type = request.headers.get("X-Amz-Target", ""), request.headers.get("Content-Type", "")
    status, content_type, text = throttled(target, content_type)
    request.send_response(status)
    request.send_header("Content-Type", content_type)
    request.send_header("Content-Length", str(len(text)))
    request.end_headers()
    request.wfile.write(text.encode())


def _name(request: BaseHTTPRequestHandler) -> str:
    """The operation of a JSON service, otherwise method and path."""
    target = request.headers.get("X-Amz-Target", "")
    return target.rpartition(".")[2] or f"{request.command} {request.path}"
