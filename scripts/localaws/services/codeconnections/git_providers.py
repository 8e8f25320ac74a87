"""Repositories at GitHub, GitLab and Bitbucket, as far as an account's connection reaches them: real ones, bare.

AWS does not make them, people do. `POST /localaws/provider/<account>/<region>/<connection>/<owner>/<name>` is what a
person of the bank does there, once for each repository: accept the connection, make an empty repository, let it in.
https://docs.aws.amazon.com/dtconsole/latest/userguide/connections.html
"""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from dulwich.repo import Repo

from scripts.localaws.core import context
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ
from scripts.localaws.crud.registry import find_service
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import store_of
from scripts.localaws.services.codecommit import git_http
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed

GIT, PERSON = "/git-http/", "/localaws/provider/"  # where git asks, and where a person acts
_NAME = r"(?P<account>\d{12})/(?P<region>[a-z0-9-]+)/(?P<connection>[0-9a-f-]+)/(?P<name>[\w.-]+(?:/[\w.-]+?)+)"
_ADDRESS = re.compile(f"{GIT}{_NAME}(?:\\.git)?(?P<rest>/(?:info/refs|git-(?:upload|receive)-pack))")
_MADE = re.compile(f"{PERSON}{_NAME}")


def serve(environ: Environ, start: git_http.StartResponse) -> Iterable[bytes]:
    """One request of git's, or of a person at the provider."""
    if environ["PATH_INFO"].startswith(GIT):
        return git_http.serve(environ, start, _ADDRESS, _open)
    asked = _MADE.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
    status = _make(asked) if asked else git_http.NO_SUCH
    start(status, [("Content-Length", "0")])
    return [b""]


def _make(asked: re.Match[str]) -> str:
    connection, folder = _connection(asked), _folder(asked)
    if connection is None:
        return git_http.NO_SUCH
    connection["ConnectionStatus"] = "AVAILABLE"
    if folder.exists():
        return "409 Conflict"
    folder.parent.mkdir(parents=True, exist_ok=True)
    Repo.init_bare(folder, mkdir=True, default_branch=b"main").close()
    return "201 Created"


def _open(who: Caller, asked: re.Match[str], _: bool) -> Repo:
    """Whoever may use the connection may read and push; the fence is the repository that a policy names.

    https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html
    """
    connection = _connection(asked)
    if connection is None or asked["account"] != who.account:
        raise git_http.RefusedError(git_http.NO_SUCH, "this account has no such connection")
    service = connection["@arn"].split(":")[2]  # of the two names of the service the one that the connection has
    action, named = f"{service}:UseConnection", {f"{service}:fullrepositoryid": (asked["name"],)}
    if not is_allowed(who, authorization_request(who, asked["region"], action, connection["@arn"], named)):
        raise git_http.forbidden(who, action, connection["@arn"])
    if connection["ConnectionStatus"] != "AVAILABLE" or not _folder(asked).exists():
        raise git_http.RefusedError(git_http.NO_SUCH, f"the connection reaches no repository {asked['name']}")
    return Repo(str(_folder(asked)))


def _connection(asked: re.Match[str]) -> Record | None:
    """By its id, under the newer name of the service or the older."""
    for scope in ("codeconnections", "codestar-connections"):
        service = find_service(scope)
        if service is None:
            continue
        connections = store_of(service, asked["account"], asked["region"])
        arn = f"arn:aws:{scope}:{asked['region']}:{asked['account']}:connection/{asked['connection']}"
        try:
            return connections.get(connections.resources["Connection"], {"ConnectionArn": arn})
        except AwsError:
            continue
    return None


def _folder(asked: re.Match[str]) -> Path:
    """A connection's own, because what it reaches is settled at the provider. One step, whatever the name says."""
    return context.folder("providers") / asked["connection"] / quote(f"{asked['name']}.git", safe="")
