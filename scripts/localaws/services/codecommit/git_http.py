"""git clone, fetch and push over HTTP for CodeCommit and CodeConnections. Requests need basic authentication.

The user name is an access key id, with a session's token as <key>%<token>; the password is anything.
https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Any

from dulwich.objects import ZERO_SHA
from dulwich.refs import DiskRefsContainer
from dulwich.repo import Repo
from dulwich.server import DictBackend, UploadPackHandler
from dulwich.web import make_wsgi_chain

from scripts.localaws.core import caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ, keep_body
from scripts.localaws.services.sts import sessions

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
ReferenceListener = Callable[[bytes, bytes, bytes], None]  # reference, its old and its new commit, b"" for none
OpenRepository = Callable[[caller.Caller, re.Match[str], bool], tuple[Repo, ReferenceListener]]
NOT_FOUND = "404 Not Found"
_PUSH = "git-receive-pack"


class RefusedError(Exception):
    """A request is refused, with a status line and a reason for the response."""


class _Refs(DiskRefsContainer):
    """References that reject a push with an outdated old value, which dulwich reports as accepted; tells changes."""

    def __init__(self, folder: str, listener: ReferenceListener) -> None:
        super().__init__(folder)
        self._listener = listener

    def set_if_equals(self, name: bytes, old_ref: bytes | None, new_ref: bytes, *args: Any, **kwargs: Any) -> bool:
        """Set a reference; OSError, which rejects the push, when its value is not the old one."""
        if not super().set_if_equals(name, old_ref, new_ref, *args, **kwargs):
            raise OSError(f"the old value of {name.decode()} is another one")
        self._listener(name, _commit(old_ref), new_ref)
        return True

    def remove_if_equals(self, name: bytes, old_ref: bytes | None, *args: Any, **kwargs: Any) -> bool:
        """Remove a reference; OSError, which rejects the push, when its value is not the old one."""
        if not super().remove_if_equals(name, old_ref, *args, **kwargs):
            raise OSError(f"the old value of {name.decode()} is another one")
        self._listener(name, _commit(old_ref), b"")
        return True


def _commit(ref: bytes | None) -> bytes:
    return b"" if ref in (None, ZERO_SHA) else ref or b""


class _UploadPackHandler(UploadPackHandler):
    """Sends whole repositories also to a client that names a filter without being offered one."""

    @classmethod
    def innocuous_capabilities(cls) -> list[bytes]:
        """Return the capabilities that are ignored."""
        return [*super().innocuous_capabilities(), b"filter"]


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
    environ["PATH_INFO"] = f"/repository{match['rest']}"
    repository.refs = _Refs(repository.controldir(), listener)
    git: Callable[..., Iterable[bytes]] = make_wsgi_chain(
        DictBackend({"/repository": repository}), handlers={b"git-upload-pack": _UploadPackHandler}
    )
    return git(environ, start_response)


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
