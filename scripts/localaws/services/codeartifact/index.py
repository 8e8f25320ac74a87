"""The Python package index of a repository, as pip reads it: the pages of projects, and their files.

A request carries an authorization token as password; its caller needs codeartifact:ReadFromRepository.
https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
"""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ
from scripts.localaws.crud.registry import SERVICES
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import store_of
from scripts.localaws.services.codeartifact import public_index, tokens
from scripts.localaws.services.codeartifact.packages import Key, packages
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies
from scripts.localaws.services.iam.authorization.verdicts import sentence, verdict

PATH = "/localaws/codeartifact/"  # URL prefix; account, region, domain, format and repository follow
_ADDRESS = re.compile(
    rf"{PATH}(?P<account>\d{{12}})/(?P<region>[a-z0-9-]+)/(?P<domain>[a-z0-9-]+)/pypi/(?P<repository>[\w.-]+)"
    r"/simple/(?P<project>[\w.-]+)/(?P<file>[\w.!+-]*)"
)
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class _Reply(NamedTuple):
    status: str
    body: bytes
    content_type: str = "text/plain"


def endpoint(account: str, region: str, domain: str, package_format: str, repository: str) -> str:
    """The address of a repository for package managers; on AWS it is a host name of the domain."""
    return f"{context.endpoint()}{PATH}{account}/{region}/{domain}/{package_format}/{repository}/"


def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Serve a request of pip."""
    match = _ADDRESS.fullmatch(environ["PATH_INFO"])
    reply = _answer(match, environ) if match else _Reply("404 Not Found", b"no such repository or package\n")
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    more = [("WWW-Authenticate", 'Basic realm="CodeArtifact"')] if reply.status.startswith("401") else []
    start_response(reply.status, headers + more)
    return [reply.body]


def _answer(match: re.Match[str], environ: Environ) -> _Reply:
    token = tokens.find(_password(environ.get("HTTP_AUTHORIZATION", "")))
    if token is None:
        return _Reply("401 Unauthorized", b"the authorization token is unknown or has expired; log in again\n")
    repository = _repository(match)
    if repository is None:
        return _Reply("404 Not Found", b"there is no such repository\n")
    builder = RequestBuilder(token.caller, match["region"])
    request = builder.build("codeartifact:ReadFromRepository", repository["@arn"], {})
    decision = verdict(token.caller, request, builder.resources, applicable_policies(token.caller))
    if not decision.allowed:
        return _Reply("403 Forbidden", f"{sentence(token.caller, request, decision.reason)}\n".encode())
    try:
        return _page(match, repository)
    except OSError as error:  # requests' errors are OSErrors
        return _Reply("502 Bad Gateway", f"the public index cannot be read: {error}\n".encode())


def _password(header: str) -> str:
    kind, _, credentials = header.partition(" ")
    try:
        return base64.b64decode(credentials).decode().partition(":")[2] if kind == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _repository(match: re.Match[str]) -> Record | None:
    store = store_of(SERVICES["codeartifact"], match["account"], match["region"])
    try:
        return store.get(store.resources["Repository"], {key: match[key] for key in ("domain", "repository")})
    except AwsError:
        return None


def _page(match: re.Match[str], repository: Record) -> _Reply:
    """The page of a project, or a file of it, whose version the repository keeps from then on."""
    stored = packages(match["account"], match["region"])
    key: Key = (match["domain"], match["repository"], "pypi")
    project, is_public = canonicalize_name(match["project"]), bool(repository.get("externalConnections"))
    versions = stored.versions(key, project)
    files = [file for file in public_index.files(project) if is_public or file.version in versions]
    if not match["file"]:
        lines = "\n".join(map(_link, files))
        status = "200 OK" if files else "404 Not Found"
        return _Reply(status, f"<!DOCTYPE html><title>{project}</title>\n{lines}\n".encode(), "text/html")
    file = next((file for file in files if file.name == match["file"]), None)
    if file is None:
        return _Reply("404 Not Found", b"the repository has no such file\n")
    stored.add(key, project, file.version)
    return _Reply("200 OK", public_index.content(file).read_bytes(), "application/octet-stream")


def _link(file: public_index.File) -> str:
    python = f' data-requires-python="{html.escape(file.requires_python)}"' if file.requires_python else ""
    return f'<a href="{html.escape(file.name)}#sha256={file.sha256}"{python}>{html.escape(file.name)}</a><br>'
