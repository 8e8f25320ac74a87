"""CodeCommit's repositories for git: the address in cloneUrlHttp.

https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html
"""

import re
from collections.abc import Iterable

from dulwich.repo import Repo

from scripts.localaws.core import context
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ
from scripts.localaws.services.codecommit import git_http
from scripts.localaws.services.codecommit.repositories import store
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed

_ADDRESS = re.compile(f"{context.GIT}(?P<region>[a-z0-9-]+)/(?P<name>[\\w.-]+?)(?:\\.git)?(?P<rest>/.*)")


def serve(environ: Environ, start: git_http.StartResponse) -> Iterable[bytes]:
    """One request of git's."""
    return git_http.serve(environ, start, _ADDRESS, _open)


def _open(who: Caller, asked: re.Match[str], pushes: bool) -> Repo:
    name, region = asked["name"], asked["region"]
    action, known = f"codecommit:Git{'Push' if pushes else 'Pull'}", store(who.account, region)
    if not is_allowed(who, authorization_request(who, region, action, known.arn(name), {})):
        raise git_http.forbidden(who, action, known.arn(name))
    try:
        return known.git(name)
    except AwsError as missing:
        raise git_http.RefusedError(git_http.NO_SUCH, missing.message) from None
