"""Artifacts that refer to a repository instead of holding its files; a build clones it with the build's own role.

https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-github-gitclone.html
"""

import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from dulwich.repo import Repo

from scripts.localaws.core.caller import Caller
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed

FORMAT = "CODEBUILD_CLONE_REF"
_MARK = b'{"clone-reference": '
Opener = Callable[[tuple[str, str], str, str], Repo | None]  # account and region, ARN, name -> the repository
OPENERS: dict[str, Opener] = {}  # by the service in the ARN


class CloneError(Exception):
    """The role of a build may not clone the repository, or it is gone."""


@dataclass(frozen=True)
class CloneReference:
    """A commit of a repository that is reached by `permission` on `arn`: a connection's or the repository's."""

    arn: str
    permission: str
    repository: str
    branch: str
    commit_id: str

    def dump(self) -> bytes:
        """The artifact's content."""
        return _MARK + json.dumps(asdict(self)).encode() + b"}"


def load(content: bytes) -> CloneReference | None:
    """The reference in an artifact, None for an archive."""
    return CloneReference(**json.loads(content)["clone-reference"]) if content.startswith(_MARK) else None


def clone(reference: CloneReference, caller: Caller, folder: Path) -> None:
    """Clone the repository into the folder, with the commit checked out. Raises CloneError."""
    region, account = reference.arn.split(":")[3], reference.arn.split(":")[4]
    request = authorization_request(caller, region, reference.permission, reference.arn, {})
    if not is_allowed(caller, request):
        denial = f"{caller.arn} is not authorized to perform: {reference.permission} on resource: {reference.arn}"
        raise CloneError(f"CLIENT_ERROR: authorization failed for primary source: User: {denial}")
    git = OPENERS[reference.arn.split(":")[2]]((account, region), reference.arn, reference.repository)
    if git is None:
        raise CloneError(f"CLIENT_ERROR: repository not found for primary source: {reference.repository}")
    _git("clone", "--quiet", "--no-checkout", str(git.path), str(folder))
    _git("-C", str(folder), "checkout", "--quiet", "-B", reference.branch, reference.commit_id)


def _git(*arguments: str) -> None:
    completed = subprocess.run(["git", *arguments], capture_output=True, text=True)
    if completed.returncode:
        raise CloneError(f"CLIENT_ERROR: git {arguments[0]} failed for primary source: {completed.stderr.strip()}")
