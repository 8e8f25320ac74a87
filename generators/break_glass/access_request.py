"""Break-glass access: requests, grants, and the validation of a request and of an approval. Pure.

The state machine of terraform/modules/break_glass validates again and alone decides; this module gives people their
error messages at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from generators.errors import did_you_mean

MAX_MINUTES = 60
APPROVAL_TIMEOUT = timedelta(hours=1)  # a request older than this cannot be approved


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request for temporary access; `version` counts the requester's requests, `at` is its time (UTC)."""

    requester: str
    version: int
    minutes: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """Temporary access as the state machine records it; state open, closed or failed, times in ISO 8601 (UTC)."""

    requester: str
    request: int
    approver: str
    reason: str
    begins: str
    ends: str
    state: str


@dataclass(frozen=True, slots=True)
class BreakGlassStatus:
    """All requests and grants of an account, newest first."""

    requests: tuple[AccessRequest, ...]
    grants: tuple[AccessGrant, ...]

    def newest_request(self, requester: str) -> AccessRequest | None:
        """The newest request of a person."""
        return next((request for request in self.requests if request.requester == requester), None)

    def grant_for(self, request: AccessRequest) -> AccessGrant | None:
        """The grant that a request led to."""
        key = (request.requester, request.version)
        return next((grant for grant in self.grants if (grant.requester, grant.request) == key), None)

    def open_grant(self, now: datetime) -> AccessGrant | None:
        """The grant that is open now."""
        for grant in self.grants:
            if grant.state == "open" and datetime.fromisoformat(grant.ends) > now:
                return grant
        return None

    def pending(self, now: datetime) -> tuple[AccessRequest, ...]:
        """Requests that can still be approved."""
        return tuple(
            request for request in self.requests if now - request.at <= APPROVAL_TIMEOUT and not self.grant_for(request)
        )


@dataclass(frozen=True, slots=True)
class StoredParameter:
    """A parameter of Systems Manager Parameter Store."""

    name: str
    value: str
    version: int
    at: datetime


def folder(prefix: str) -> str:
    """The path of all break-glass parameters of an account."""
    return f"/{prefix}-break-glass"


def read(prefix: str, parameters: Iterable[StoredParameter]) -> BreakGlassStatus:
    """The status that the parameters contain."""
    by_path = [(parameter.name.removeprefix(f"{folder(prefix)}/").split("/"), parameter) for parameter in parameters]
    requests = [_request(path[1], parameter) for path, parameter in by_path if path[0] == "requests"]
    grants = [_grant(json.loads(parameter.value)) for path, parameter in by_path if path[0] == "windows"]
    return BreakGlassStatus(
        tuple(sorted(requests, key=lambda request: request.at, reverse=True)),
        tuple(sorted(grants, key=lambda grant: grant.begins, reverse=True)),
    )


def _request(requester: str, parameter: StoredParameter) -> AccessRequest:
    values = json.loads(parameter.value)
    return AccessRequest(requester, parameter.version, values["minutes"], values["reason"], parameter.at)


def _grant(values: Mapping[str, str | int]) -> AccessGrant:
    texts = [str(values[key]) for key in ("approver", "reason", "from", "until", "state")]
    return AccessGrant(str(values["requester"]), int(values["request"]), *texts)


def request_problems(person: str, minutes: int, reason: str, engineers: Iterable[str]) -> Iterator[str]:
    """The errors of a request, which a person must fix before it is written."""
    if person not in engineers:
        hint = did_you_mean(person, engineers)
        yield f"--as {person}: is none of break_glass_users in terraform/platform.yaml; {hint}"
    if not 1 <= minutes <= MAX_MINUTES:
        yield f"--minutes {minutes}: a window lasts 1 to {MAX_MINUTES} minutes; ask for fewer"
    if not reason.strip():
        yield "--reason: is empty; say in a sentence what must be mended, the approver and the audit read it"


def approval_problem(status: BreakGlassStatus, person: str, requester: str, where: str, now: datetime) -> str:
    """The reason why `person` cannot approve the newest request of `requester`, "" when there is none."""
    request, grant = status.newest_request(requester), status.open_grant(now)
    if person == requester:
        return f"--requester {requester}: nobody approves the own request; ask another of the team"
    if request is None:
        return f"--requester {requester}: has no request in {where}; `catalog break-glass status` shows who has"
    if status.grant_for(request):
        return f"--requester {requester}: request {request.version} was used; {requester} must ask again"
    if now - request.at > APPROVAL_TIMEOUT:
        return f"--requester {requester}: the request is of {request.at:%H:%M} UTC, over an hour ago; ask again"
    if grant:
        return f"{where}: a window of {grant.requester} is open until {grant.ends}; approve when it is closed"
    return ""
