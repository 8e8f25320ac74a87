"""The WSGI gateway: identifies and authorizes every request before a service or moto answers it.

Every error becomes an AWS-shaped response, never a 5xx, which SDKs would retry.
"""

import io
import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException

from scripts.localaws.core import caller, clock, context
from scripts.localaws.core.errors import AwsError, unknown_operation
from scripts.localaws.core.request import AwsRequest, Environ, read
from scripts.localaws.core.service_table import SERVICES
from scripts.localaws.crud import dispatch, registry
from scripts.localaws.server import s3_requests
from scripts.localaws.services.cloudformation import custom_resource
from scripts.localaws.services.ecr import layers
from scripts.localaws.services.iam.authorization.authorize import RESOURCES, authorize
from scripts.localaws.services.s3 import documents
from scripts.localaws.services.sts import sessions

log = logging.getLogger("localaws")
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Response = tuple[str, list[tuple[str, str]], Iterable[bytes]]  # status, headers, body


class Gateway:
    """A WSGI application around moto's."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto
        self._requests = 0

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/localaws/health":
            return self._health(start)
        if path.startswith(clock.PATH):
            return _set_clock(environ, start)
        if path.startswith(custom_resource.PATH):
            return self._custom_resource(environ, start)
        if path.startswith(layers.PATH):
            return layers.serve(environ, start)
        if path.startswith(context.GIT):
            from scripts.localaws.services.codecommit import http  # imported on first use: dulwich is slow to import

            return http.serve(environ, start)
        if path.startswith("/localaws/codeartifact/"):
            from scripts.localaws.services.codeartifact import index  # imported on first use: requests, packaging

            return index.serve(environ, start)
        if path.startswith(("/git-http/", "/localaws/provider/")):
            from scripts.localaws.services.codeconnections import git_providers

            return git_providers.serve(environ, start)
        return self._aws_request(environ, start)

    def _aws_request(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        self._requests += 1
        start_time = time.perf_counter()
        call = read(environ)
        status, headers, body = self._answer(call)
        milliseconds = (time.perf_counter() - start_time) * 1000
        operation = f"{call.scope}:{environ.get('localaws.operation')}"
        log.info("%s %s %s %.0fms", call.access_key or "-", operation, status, milliseconds)
        start(status, headers)
        return body

    def _health(self, start: StartResponse) -> Iterable[bytes]:
        health = {"status": "ok", "services": sorted(SERVICES), "requests": self._requests}
        return _respond(start, "200 OK", json.dumps(health))

    def _custom_resource(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """A function's response to CloudFormation; on AWS it goes to a presigned URL of S3."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        is_accepted = custom_resource.receive(environ["PATH_INFO"], body)
        return _respond(start, "200 OK" if is_accepted else "403 Forbidden")

    def _answer(self, call: AwsRequest) -> Response:
        try:
            admit(call)
            return _stored_service(call) or self._forward_to_moto(call)
        except AwsError as error:
            return _error_response(call, error)
        except ServiceException as error:
            status = 403 if "Denied" in error.code else 400
            return _error_response(call, AwsError(error.code, error.message, status))
        except JsonRESTError as error:  # moto's other kind, from a backend that an operation handler calls
            return _error_response(call, AwsError(error.error_type, error.message, error.code))
        except NotImplementedError:
            return _error_response(call, unknown_operation(call.protocol, f"{call.scope}:{call.operation}"))
        except Exception as error:  # the client needs a response, the log the traceback
            log.exception("%s:%s failed", call.scope, call.operation)
            failure = AwsError("InternalFailure", f"the embedded AWS failed: {error!r}; see its log")
            return _error_response(call, failure)

    def _forward_to_moto(self, call: AwsRequest) -> Response:
        response: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            response[:] = [status, headers]

        body = self._moto(call.environ, start)
        status, headers = response
        unrouted = status.startswith("404") and ("Content-Type", "text/html; charset=utf-8") in headers
        if unrouted and not call.streams:
            raise NotImplementedError  # no URL of moto's matched
        if status.startswith("5"):
            raise RuntimeError(b"".join(body).decode(errors="replace"))
        return _with_document(call, status, headers, body) if call.streams else (status, headers, body)


def _with_document(call: AwsRequest, status: str, headers: list[tuple[str, str]], body: Iterable[bytes]) -> Response:
    """The answer with the document of the bucket as it was put, if that is kept."""
    if not documents.is_setting(call.operation) or not status.startswith("200"):
        return status, headers, body
    bucket = call.environ[RESOURCES].bucket(f"arn:aws:s3:::{call.params['Bucket']}")
    if call.operation.startswith("Put"):
        size = call.environ.get("HTTP_X_AMZ_TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE", "")
        documents.keep(bucket, call.operation, call.environ["wsgi.input"].getvalue(), size)
    document = documents.find(bucket, call.operation)
    if document is None:
        return status, headers, body
    own = {"content-length": str(len(document)), **documents.headers(bucket, call.operation)}
    return status, [*(pair for pair in headers if pair[0].lower() not in own), *own.items()], [document]


def _set_clock(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """Advance the clock by the seconds of the query string, such as `?3600`; the body is the new time.

    Below the path of an operation, `clock/CreateAccount?300`, they become the time that the operation takes.
    """
    operation, seconds = environ["PATH_INFO"].removeprefix(clock.PATH).strip("/"), environ["QUERY_STRING"]
    if not seconds.isdecimal() or operation not in ("", *clock.DELAYS):
        return _respond(start, "400 Bad Request")
    if operation:
        clock.DELAYS[operation] = int(seconds)
    else:
        clock.advance(int(seconds))
    return _respond(start, "200 OK", clock.now().isoformat())


def _respond(start: StartResponse, status: str, text: str = "") -> Iterable[bytes]:
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text.encode()]


def admit(call: AwsRequest) -> None:
    """Raise AwsError unless service and operation are supported and the caller is authenticated and authorized."""
    if call.service is None:
        raise unknown_operation(call.protocol, f"the service {call.scope}")
    if not call.access_key and call.service.model != "s3":
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    principal = sessions.caller(call.access_key, call.protocol)
    call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = principal.account or caller.MANAGEMENT
    call.environ["localaws.scope"], call.environ["localaws.operation"] = call.scope, call.operation
    supported = call.service.operations or (call.operation,)
    if not call.operation or call.operation not in supported:
        operation = call.operation or call.environ.get("HTTP_X_AMZ_TARGET") or call.request.path
        raise unknown_operation(call.protocol, f"{call.scope}: {operation}")
    call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = authorize(call, principal) or caller.MANAGEMENT
    if call.streams:
        s3_requests.check(call, call.environ[RESOURCES])
    if isinstance(call.environ["wsgi.input"], io.BytesIO):  # the body has been read
        call.environ["wsgi.input"].seek(0)


def _stored_service(call: AwsRequest) -> Response | None:
    """The response from the store, None when moto keeps the resource."""
    if call.operation not in dispatch.operations(call.scope):
        if registry.is_complete(call.scope):
            raise NotImplementedError(call.operation)
        return None
    reply = dispatch.answer(call, call.environ["HTTP_X_MOTO_ACCOUNT_ID"])
    if reply is None:
        return None
    status, headers, body = reply
    return f"{status} OK", [*headers.items(), ("Content-Length", str(len(body)))], [body]


def _error_response(call: AwsRequest, error: AwsError) -> Response:
    headers, body = error.body(call.protocol)
    headers["Content-Length"] = str(len(body))
    return f"{error.status} {error.code}", list(headers.items()), [body]
