"""An HTTP server that answers with prepared responses of AWS after a delay, to measure and to fail on purpose."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Response = tuple[int, str, str]  # status, content type, body
Answer = Callable[[dict[str, Any]], Response]
_JSON, _XML = "application/x-amz-json-1.1", "text/xml"
_QUERY_THROTTLED = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
    "<RequestId>1</RequestId></ErrorResponse>"
)
_S3_THROTTLED = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


@dataclass
class StandIn:
    """The server's answers by operation, its delay in seconds, and the operations that were called."""

    answers: dict[str, Answer]
    delay: float = 0.0
    endpoint: str = ""
    calls: list[str] = field(default_factory=list)
    running: int = 0
    most_running: int = 0  # the most requests that were answered at the same time
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def request(self, operation: str) -> Iterator[None]:
        """Count the request while it is answered."""
        with self.lock:
            self.calls.append(operation)
            self.running += 1
            self.most_running = max(self.running, self.most_running)
        time.sleep(self.delay)
        try:
            yield
        finally:
            with self.lock:
                self.running -= 1


def json_response(body: dict[str, Any], status: int = 200) -> Response:
    """A response of a JSON service."""
    return status, _JSON, json.dumps(body)


def throttled(target: str, content_type: str) -> Response:
    """The refusal of too many requests in the protocol of the request: JSON, query or S3's."""
    if target:
        return json_response({"__type": "ThrottlingException", "message": "Rate exceeded"}, 400)
    if content_type.startswith("application/x-www-form-urlencoded"):
        return 400, _XML, _QUERY_THROTTLED
    return 503, "application/xml", _S3_THROTTLED


def assume_role(parameters: dict[str, Any]) -> Response:
    """The answer of STS, whose access key names the account of the role."""
    account = parameters["RoleArn"].split(":")[4]
    credentials = (
        f"<AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
        "<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
    )
    body = f"<AssumeRoleResult><Credentials>{credentials}</Credentials></AssumeRoleResult>"
    return (
        200,
        _XML,
        f'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{body}</AssumeRoleResponse>',
    )


def _unknown(_: dict[str, Any]) -> Response:
    """A refusal that no client repeats; a closed connection is repeated for minutes."""
    return json_response({"__type": "UnknownOperationException", "message": "not prepared"}, 400)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # with fewer, a client that connects waits a second
    block_on_close = False


@contextmanager
def stand_in(answers: dict[str, Answer], delay: float = 0.0) -> Iterator[StandIn]:
    """A running server on loopback."""
    state = StandIn(answers, delay)
    with http_server(_handler(state)) as state.endpoint:
        yield state


@contextmanager
def http_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The URL of a server on loopback that ends with the block."""
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(state: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            parameters = json.loads(text) if operation else {key: value[0] for key, value in parse_qs(text).items()}
            operation = operation or parameters["Action"]
            key = self.headers.get("Authorization", "").partition("Credential=")[2]
            parameters["access key"] = key.partition("/")[0]
            with state.request(operation):
                status, content_type, body = state.answers.get(operation, _unknown)(parameters)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler
