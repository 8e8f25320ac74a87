"""git clone, fetch and push over HTTP, for whoever keeps repositories. Asks for a user without one, as AWS does.

The user name is an access key id, the password anything.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Any

from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

from scripts.localaws.core import caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ, keep_body
from scripts.localaws.services.sts import sessions

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Open = Callable[[caller.Caller, re.Match[str], bool], Repo]
NO_SUCH = "404 Not Found"
_PUSH = "git-receive-pack"


class RefusedError(Exception):
    """Status line and reason; it becomes an answer."""


def serve(environ: Environ, start: StartResponse, address: re.Pattern[str], find: Open) -> Iterable[bytes]:
    """One request of git's. `address` has a group `rest`; `find` judges who asks to read or to push, and opens."""
    keep_body(environ)
    try:
        asked = address.fullmatch(environ["PATH_INFO"])
        if asked is None:
            raise RefusedError(NO_SUCH, "no repository has this address")
        pushes = _PUSH in environ.get("QUERY_STRING", "") or asked["rest"].endswith(_PUSH)
        repository = find(_caller(environ), asked, pushes)
    except RefusedError as why:
        status, reason = why.args
        start(status, [("Content-Type", "text/plain"), ("WWW-Authenticate", 'Basic realm="Git"')])
        return [f"{reason}\n".encode()]
    environ["PATH_INFO"] = f"/repository{asked['rest']}"
    git: Callable[..., Iterable[bytes]] = make_wsgi_chain(DictBackend({"/repository": repository}))
    return git(environ, start)


def forbidden(who: caller.Caller, action: str, arn: str) -> RefusedError:
    """What git is told when the caller may not."""
    return RefusedError("403 Forbidden", f"{who.arn} is not authorized to perform: {action} on {arn}")


def _caller(environ: Environ) -> caller.Caller:
    kind, _, coded = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        key = base64.b64decode(coded).decode().partition(":")[0] if kind == "Basic" else ""
        if key:
            return sessions.caller(key, "json")
    except (binascii.Error, UnicodeDecodeError, AwsError):
        pass
    raise RefusedError("401 Unauthorized", "the user name is an access key id that is known here")
