"""Git repositories at GitHub, GitLab and Bitbucket that a connection can access, as bare repositories.

People, not AWS, create them. `POST /localaws/provider/<account>/<region>/<connection>/<owner>/<name>` stands for the
steps of a person at the provider: accept the connection, create an empty repository, grant the connection access.
https://docs.aws.amazon.com/dtconsole/latest/userguide/connections.html
"""

import re
from collections.abc import Callable, Iterable
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

GIT, PROVIDER = "/git-http/", "/localaws/provider/"  # URL prefixes of git requests and of provider steps
PUSH_LISTENERS: list[
    Callable[[tuple[str, str], str, str, str], None]
] = []  # account and region, connection, name, branch
_NAME = r"(?P<account>\d{12})/(?P<region>[a-z0-9-]+)/(?P<connection>[0-9a-f-]+)/(?P<name>[\w.-]+(?:/[\w.-]+?)+)"
_ADDRESS = re.compile(f"{GIT}{_NAME}(?:\\.git)?(?P<rest>/(?:info/refs|git-(?:upload|receive)-pack))")
_PROVIDER_ADDRESS = re.compile(f"{PROVIDER}{_NAME}")


def serve(environ: Environ, start_response: git_http.StartResponse) -> Iterable[bytes]:
    """Serve a git request, or a step of a person at the provider."""
    if environ["PATH_INFO"].startswith(GIT):
        return git_http.serve(environ, start_response, _ADDRESS, _open)
    match = _PROVIDER_ADDRESS.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
    status = _create_repository(match) if match else git_http.NOT_FOUND
    start_response(status, [("Content-Length", "0")])
    return [b""]


def _create_repository(match: re.Match[str]) -> str:
    connection, folder = _connection(match), _folder(match)
    if connection is None:
        return git_http.NOT_FOUND
    connection["ConnectionStatus"] = "AVAILABLE"
    if folder.exists():
        return "409 Conflict"
    folder.parent.mkdir(parents=True, exist_ok=True)
    Repo.init_bare(folder, mkdir=True, default_branch=b"main").close()
    return "201 Created"


def _open(caller: Caller, match: re.Match[str], _: bool) -> tuple[Repo, git_http.ReferenceListener]:
    """Open the repository for a caller with UseConnection, to read or push; policies can restrict it by repository.

    https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html
    """
    connection = _connection(match)
    if connection is None or match["account"] != caller.account:
        raise git_http.RefusedError(git_http.NOT_FOUND, "this account has no such connection")
    service = connection["@arn"].split(":")[2]  # codeconnections or the older codestar-connections
    action, context_keys = f"{service}:UseConnection", {f"{service}:fullrepositoryid": (match["name"],)}
    if not is_allowed(caller, authorization_request(caller, match["region"], action, connection["@arn"], context_keys)):
        raise git_http.forbidden(caller, action, connection["@arn"])
    if connection["ConnectionStatus"] != "AVAILABLE" or not _folder(match).exists():
        raise git_http.RefusedError(git_http.NOT_FOUND, f"the connection reaches no repository {match['name']}")
    location, arn = (match["account"], match["region"]), connection["ConnectionArn"]

    def announce(ref: bytes, _: bytes, new: bytes) -> None:
        for listener in PUSH_LISTENERS if new and ref.startswith(b"refs/heads/") else ():
            listener(location, arn, match["name"], ref.removeprefix(b"refs/heads/").decode())

    return Repo(str(_folder(match))), announce


def find_repository(location: tuple[str, str], connection_arn: str, name: str) -> Repo | None:
    """The repository of this name that the connection reaches; None when it reaches none."""
    path = f"{GIT}{location[0]}/{location[1]}/{connection_arn.rpartition('/')[2]}/{name}/info/refs"
    match = _ADDRESS.fullmatch(path)
    connection = _connection(match) if match else None
    if match is None or connection is None or connection["ConnectionStatus"] != "AVAILABLE":
        return None
    return Repo(str(_folder(match))) if _folder(match).exists() else None


def _connection(match: re.Match[str]) -> Record | None:
    """Return the connection by its id, under the newer or the older name of the service."""
    for scope in ("codeconnections", "codestar-connections"):
        service = find_service(scope)
        if service is None:
            continue
        connections = store_of(service, match["account"], match["region"])
        arn = f"arn:aws:{scope}:{match['region']}:{match['account']}:connection/{match['connection']}"
        try:
            return connections.get(connections.resources["Connection"], {"ConnectionArn": arn})
        except AwsError:
            continue
    return None


def _folder(match: re.Match[str]) -> Path:
    """Return the folder of a repository, separate for each connection. The quoted name is one path component."""
    return context.folder("providers") / match["connection"] / quote(f"{match['name']}.git", safe="")
