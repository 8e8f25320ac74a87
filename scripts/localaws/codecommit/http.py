"""CodeCommit's repositories for git: the address in cloneUrlHttp.

https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html
"""

import re
from collections.abc import Iterable

from dulwich.repo import Repo

from scripts.localaws import context, git
from scripts.localaws.codecommit.repositories import store
from scripts.localaws.errors import AwsError
from scripts.localaws.iam.authorise import ask, may
from scripts.localaws.identity import Caller
from scripts.localaws.request import Environ

_ADDRESS = re.compile(f"{context.GIT}(?P<region>[a-z0-9-]+)/(?P<name>[\\w.-]+?)(?:\\.git)?(?P<rest>/.*)")


def serve(environ: Environ, start: git.StartResponse) -> Iterable[bytes]:
    """One request of git's."""
    return git.serve(environ, start, _ADDRESS, _open)


def _open(who: Caller, asked: re.Match[str], pushes: bool) -> Repo:
    name, region = asked["name"], asked["region"]
    action, known = f"codecommit:Git{'Push' if pushes else 'Pull'}", store(who.account, region)
    if not may(who, ask(who, region, action, known.arn(name), {})):
        raise git.forbidden(who, action, known.arn(name))
    try:
        return known.git(name)
    except AwsError as missing:
        raise git.RefusedError(git.NO_SUCH, missing.message) from None
