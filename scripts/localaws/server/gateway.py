"""The door: every request passes here, before moto sees it, to be identified, authorised and protected.

Whatever happens behind the door, the client gets an AWS-shaped answer and never a 5xx, which SDKs would retry.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.exceptions import ServiceException

from scripts.localaws.core import caller, context
from scripts.localaws.core.errors import AwsError, unknown_operation
from scripts.localaws.core.request import AwsRequest, Environ, read
from scripts.localaws.core.routes import restricted_operations
from scripts.localaws.core.service_table import SERVICES
from scripts.localaws.services.cloudformation import custom_resource
from scripts.localaws.services.iam.authorization.authorize import authorize
from scripts.localaws.services.stored.dispatch import answer, operations
from scripts.localaws.services.sts import sessions

log = logging.getLogger("localaws")
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Gateway:
    """A WSGI application around moto's."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto
        self._served = 0

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/localaws/health":
            return self._health(start)
        if environ["PATH_INFO"].startswith(custom_resource.PATH):
            return self._custom_resource(environ, start)
        if environ["PATH_INFO"].startswith(context.GIT):
            from scripts.localaws.services.codecommit import http  # Git's own protocol: loaded when the first one asks

            return http.serve(environ, start)
        if environ["PATH_INFO"].startswith(("/git-http/", "/localaws/provider/")):
            from scripts.localaws.services.codeconnections import git_providers

            return git_providers.serve(environ, start)
        self._served += 1
        began = time.perf_counter()
        call = read(environ)
        status, headers, body = self._answer(call)
        what, took = f"{call.scope}:{environ.get('localaws.operation')}", (time.perf_counter() - began) * 1000
        log.info("%s %s %s %.0fms", call.access_key or "-", what, status, took)
        start(status, headers)
        return body

    def _health(self, start: StartResponse) -> Iterable[bytes]:
        body = json.dumps({"status": "ok", "services": sorted(SERVICES), "requests": self._served}).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _custom_resource(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """A function's answer to CloudFormation; on AWS it goes to a signed address in S3."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        known = custom_resource.receive(environ["PATH_INFO"], body)
        start("200 OK" if known else "403 Forbidden", [("Content-Length", "0")])
        return [b""]

    def _answer(self, call: AwsRequest) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        try:
            admit(call)
            return _from_table(call) or self._ask_moto(call)
        except AwsError as refused:
            return _shaped(call, refused)
        except ServiceException as refused:
            return _shaped(call, AwsError(refused.code, refused.message, 403 if "Denied" in refused.code else 400))
        except NotImplementedError:
            return _shaped(call, unknown_operation(call.protocol, f"{call.scope}:{call.operation}"))
        except Exception as fault:  # the client must get an answer, the log the traceback
            log.exception("%s:%s failed", call.scope, call.operation)
            return _shaped(call, AwsError("InternalFailure", f"the embedded AWS failed: {fault!r}; see its log"))

    def _ask_moto(self, call: AwsRequest) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        answer: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            answer[:] = [status, headers]

        body = self._moto(call.environ, keep)
        lost = answer[0].startswith("404") and ("Content-Type", "text/html; charset=utf-8") in answer[1]
        if lost and not call.streams:
            raise NotImplementedError  # no address of moto's matched
        if answer[0].startswith("5"):
            raise RuntimeError(b"".join(body).decode(errors="replace"))
        return answer[0], answer[1], body


def admit(call: AwsRequest) -> None:
    """Raises AwsError unless the service is held, the operation exists and the caller is known."""
    if call.service is None:
        raise unknown_operation(call.protocol, f"the service {call.scope}")
    if not call.access_key and call.service.model != "s3":
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    who = sessions.caller(call.access_key, call.protocol)
    call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = who.account or caller.MANAGEMENT
    call.environ["localaws.scope"], call.environ["localaws.operation"] = call.scope, call.operation
    only = restricted_operations(call.service.model)
    if not call.operation or (only is not None and call.operation not in only):
        asked = call.operation or call.environ.get("HTTP_X_AMZ_TARGET") or call.request.path
        raise unknown_operation(call.protocol, f"{call.scope}: {asked}")
    call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = authorize(call, who) or caller.MANAGEMENT
    if not call.streams:
        call.environ["wsgi.input"].seek(0)


def _from_table(call: AwsRequest) -> tuple[str, list[tuple[str, str]], Iterable[bytes]] | None:
    """The reply of a service or a noun that is a row of the table, None when moto holds it."""
    if call.operation not in operations(call.scope):
        if call.service and call.service.folder == "stored":  # wholly in the table
            raise NotImplementedError(call.operation)
        return None
    told = answer(call, call.environ["HTTP_X_MOTO_ACCOUNT_ID"])
    if told is None:
        return None
    status, headers, body = told
    return f"{status} OK", [*headers.items(), ("Content-Length", str(len(body)))], [body]


def _shaped(call: AwsRequest, error: AwsError) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
    headers, body = error.body(call.protocol)
    headers["Content-Length"] = str(len(body))
    return f"{error.status} {error.code}", list(headers.items()), [body]
