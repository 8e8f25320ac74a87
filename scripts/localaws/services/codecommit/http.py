"""Git access to CodeCommit repositories at their cloneUrlHttp.

https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html
"""

import functools
import re
from collections.abc import Iterable

from dulwich.repo import Repo

from scripts.localaws.core import context
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import Environ
from scripts.localaws.services.codecommit import git_http
from scripts.localaws.services.codecommit.repositories import Repositories
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed

_ADDRESS = re.compile(f"{context.GIT}(?P<region>[a-z0-9-]+)/(?P<name>[\\w.-]+?)(?:\\.git)?(?P<rest>/.*)")


def serve(environ: Environ, start_response: git_http.StartResponse) -> Iterable[bytes]:
    """Serve a git request."""
    return git_http.serve(environ, start_response, _ADDRESS, _open)


def _open(caller: Caller, match: re.Match[str], is_push: bool) -> tuple[Repo, git_http.ReferenceListener]:
    name, region = match["name"], match["region"]
    action, repositories = f"codecommit:Git{'Push' if is_push else 'Pull'}", Repositories(caller.account, region)
    if not is_allowed(caller, authorization_request(caller, region, action, repositories.arn(name), {})):
        raise git_http.forbidden(caller, action, repositories.arn(name))
    try:
        return repositories.git(name), functools.partial(repositories.announce, name)
    except AwsError as error:
        raise git_http.RefusedError(git_http.NOT_FOUND, error.message) from None
