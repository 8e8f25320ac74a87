"""git clone, fetch and push over HTTP: the address in cloneUrlHttp, with an access key id as the user name.

https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Any

from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

from scripts.localaws import context, identity
from scripts.localaws.codecommit.repositories import store
from scripts.localaws.errors import AwsError
from scripts.localaws.iam.authorise import ask, may
from scripts.localaws.request import Environ, keep_body

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
_ADDRESS = re.compile(f"{context.GIT}(?P<region>[a-z0-9-]+)/(?P<name>[\\w.-]+?)(?:\\.git)?(?P<rest>/.*)")
_PUSH = "git-receive-pack"


class _Refused(Exception):  # noqa: N818 - it becomes an answer
    """Status line and reason."""


def serve(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One request of git's. Asks for a user without one, as CodeCommit does."""
    keep_body(environ)
    try:
        environ["PATH_INFO"], backend = _open(environ)
    except _Refused as why:
        status, reason = why.args
        body = f"{reason}\n".encode()
        start(status, [("Content-Type", "text/plain"), ("WWW-Authenticate", 'Basic realm="CodeCommit"')])
        return [body]
    git: Callable[..., Iterable[bytes]] = make_wsgi_chain(backend)
    return git(environ, start)


def _open(environ: Environ) -> tuple[str, DictBackend]:
    found = _ADDRESS.fullmatch(environ["PATH_INFO"])
    if found is None:
        raise _Refused("404 Not Found", "no repository has this address")
    who, name, region = _caller(environ), found["name"], found["region"]
    pushes = _PUSH in environ.get("QUERY_STRING", "") or found["rest"].endswith(_PUSH)
    action, known = f"codecommit:Git{'Push' if pushes else 'Pull'}", store(who.account, region)
    if not may(who, ask(who, region, action, known.arn(name), {})):
        raise _Refused("403 Forbidden", f"{who.arn} is not authorized to perform: {action} on {known.arn(name)}")
    try:
        return f"/repository{found['rest']}", DictBackend({"/repository": known.git(name)})
    except AwsError as missing:
        raise _Refused("404 Not Found", missing.message) from None


def _caller(environ: Environ) -> identity.Caller:
    kind, _, coded = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        key = base64.b64decode(coded).decode().partition(":")[0] if kind == "Basic" else ""
        if key:
            return identity.caller(key, "json")
    except (binascii.Error, UnicodeDecodeError, AwsError):
        pass
    raise _Refused("401 Unauthorized", "the user name is an access key id that is known here")
