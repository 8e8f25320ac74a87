"""git clone, fetch and push over HTTP for CodeCommit and CodeConnections. Requests need basic authentication.

The user name is an access key id, with a session's token as <key>%<token>; the password is anything.
https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html
https://git-scm.com/docs/git-http-backend
"""

import base64
import binascii
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dulwich.repo import Repo

from scripts.localaws.core import caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ, keep_body
from scripts.localaws.crud.store import LOCK
from scripts.localaws.services.sts import sessions

Response = tuple[str, list[tuple[str, str]], bytes]  # status, headers, body
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
ReferenceListener = Callable[[bytes, bytes, bytes], None]  # reference, its old and its new commit, b"" for none
OpenRepository = Callable[[caller.Caller, re.Match[str], bool], tuple[Repo, ReferenceListener]]
NOT_FOUND = "404 Not Found"
_PUSH = "git-receive-pack"
_OWN = {
    "GIT_HTTP_EXPORT_ALL": "1",
    "REMOTE_USER": "caller",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
_CGI = ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_CONTENT_ENCODING")


class RefusedError(Exception):
    """A request is refused, with a status line and a reason for the response."""


def serve(
    environ: Environ, start_response: StartResponse, address: re.Pattern[str], open_repository: OpenRepository
) -> Iterable[bytes]:
    """Serve a git request. `address` has a group `rest`; `open_repository` authorizes the caller and opens it."""
    keep_body(environ)
    try:
        match = address.fullmatch(environ["PATH_INFO"])
        if match is None:
            raise RefusedError(NOT_FOUND, "no repository has this address")
        is_push = _PUSH in environ.get("QUERY_STRING", "") or match["rest"].endswith(_PUSH)
        repository, listener = open_repository(_caller(environ), match, is_push)
    except RefusedError as refusal:
        status, reason = refusal.args
        start_response(status, [("Content-Type", "text/plain"), ("WWW-Authenticate", 'Basic realm="Git"')])
        return [f"{reason}\n".encode()]
    variables = {"GIT_PROJECT_ROOT": repository.path, "PATH_INFO": match["rest"]}
    status, headers, body = _push(environ, variables, listener) if is_push else _backend(environ, variables)
    start_response(status, headers)
    return [body]


def _push(environ: Environ, variables: Mapping[str, str], listener: ReferenceListener) -> Response:
    """Answer a request of git push, and report each reference that it changes, one push at a time."""
    with LOCK:
        before = _references(variables["GIT_PROJECT_ROOT"])
        response = _backend(environ, variables)
        after = _references(variables["GIT_PROJECT_ROOT"])
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                listener(name, before.get(name, b""), after.get(name, b""))
    return response


def _references(folder: str) -> dict[bytes, bytes]:
    with Repo(folder) as repository:
        return {name: commit for name, commit in repository.get_refs().items() if name.startswith(b"refs/")}


def _backend(environ: Environ, variables: Mapping[str, str]) -> Response:
    """The response of git's own server."""
    own = {"PATH": os.environ["PATH"], **_OWN, **{name: environ[name] for name in _CGI if name in environ}, **variables}
    body = environ["wsgi.input"].read()
    output = subprocess.run(["git", "http-backend"], input=body, env=own, stdout=subprocess.PIPE, check=True).stdout
    head, _, content = output.partition(b"\r\n\r\n")
    pairs = (line.partition(": ") for line in head.decode().split("\r\n"))
    headers = {name: value for name, _, value in pairs}
    return headers.pop("Status", "200 OK"), [*headers.items(), ("Content-Length", str(len(content)))], content


def forbidden(principal: caller.Caller, action: str, arn: str) -> RefusedError:
    """Return the refusal of a caller without permission."""
    return RefusedError("403 Forbidden", f"{principal.arn} is not authorized to perform: {action} on {arn}")


def _caller(environ: Environ) -> caller.Caller:
    kind, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        key = base64.b64decode(credentials).decode().partition(":")[0].partition("%")[0] if kind == "Basic" else ""
        if key:
            return sessions.caller(key, "json")
    except (binascii.Error, UnicodeDecodeError, AwsError):
        pass
    raise RefusedError("401 Unauthorized", "the user name is an access key id that is known here")
