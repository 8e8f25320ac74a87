"""Windows of the closed role: what was asked, approved and opened, and what is wrong with a wish. Pure.

The state machine of terraform/modules/break_glass judges again and alone decides; here a person hears it at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from generators.errors import did_you_mean

MOST_MINUTES = 60
FRESH = timedelta(hours=1)  # how long a request may wait for its approval


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A wish for a window; `version` counts the requester's wishes, `at` is when it was written (UTC)."""

    requester: str
    version: int
    minutes: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """A window as the machine records it; state open, closed or failed, instants in ISO 8601 (UTC)."""

    requester: str
    request: int
    approver: str
    reason: str
    begins: str
    ends: str
    state: str


@dataclass(frozen=True, slots=True)
class BreakGlassStatus:
    """Everything that is recorded in an account, newest first."""

    requests: tuple[AccessRequest, ...]
    windows: tuple[AccessGrant, ...]

    def request(self, requester: str) -> AccessRequest | None:
        """The newest request of a person."""
        return next((it for it in self.requests if it.requester == requester), None)

    def used(self, request: AccessRequest) -> bool:
        """Whether a window was opened for it."""
        return any((it.requester, it.request) == (request.requester, request.version) for it in self.windows)

    def open(self, now: datetime) -> AccessGrant | None:
        """The window that is open."""
        return next((it for it in self.windows if it.state == "open" and datetime.fromisoformat(it.ends) > now), None)

    def waiting(self, now: datetime) -> tuple[AccessRequest, ...]:
        """Requests that may still be approved."""
        return tuple(it for it in self.requests if now - it.at <= FRESH and not self.used(it))


@dataclass(frozen=True, slots=True)
class StoredParameter:
    """A parameter as Parameter Store gives it."""

    name: str
    value: str
    version: int
    at: datetime


def folder(prefix: str) -> str:
    """Where everything about windows stands in an account's Parameter Store."""
    return f"/{prefix}-break-glass"


def read(prefix: str, parameters: Iterable[StoredParameter]) -> BreakGlassStatus:
    """The status that the parameters say."""
    kept = [(it.name.removeprefix(f"{folder(prefix)}/").split("/"), it) for it in parameters]
    requests = [_request(path[1], it) for path, it in kept if path[0] == "requests"]
    windows = [_window(json.loads(it.value)) for path, it in kept if path[0] == "windows"]
    return BreakGlassStatus(
        tuple(sorted(requests, key=lambda it: it.at, reverse=True)),
        tuple(sorted(windows, key=lambda it: it.begins, reverse=True)),
    )


def _request(requester: str, written: StoredParameter) -> AccessRequest:
    said = json.loads(written.value)
    return AccessRequest(requester, written.version, said["minutes"], said["reason"], written.at)


def _window(said: Mapping[str, str | int]) -> AccessGrant:
    texts = [str(said[key]) for key in ("approver", "reason", "from", "until", "state")]
    return AccessGrant(str(said["requester"]), int(said["request"]), *texts)


def wrong_request(person: str, minutes: int, reason: str, engineers: Iterable[str]) -> Iterator[str]:
    """What a person must correct before a request is written."""
    if person not in engineers:
        near = did_you_mean(person, engineers)
        yield f"--as {person}: is none of break_glass_users in terraform/platform.yaml; {near}"
    if not 1 <= minutes <= MOST_MINUTES:
        yield f"--minutes {minutes}: a window lasts 1 to {MOST_MINUTES} minutes; ask for fewer"
    if not reason.strip():
        yield "--reason: is empty; say in a sentence what must be mended, the approver and the audit read it"


def wrong_approval(status: BreakGlassStatus, person: str, requester: str, where: str, now: datetime) -> str:
    """Why the newest request of `requester` cannot be approved by `person`, "" when it can."""
    request, other = status.request(requester), status.open(now)
    if person == requester:
        return f"--requester {requester}: nobody approves the own request; ask another of the team"
    if request is None:
        return f"--requester {requester}: has no request in {where}; `catalog break-glass status` shows who has"
    if status.used(request):
        return f"--requester {requester}: request {request.version} was used; {requester} must ask again"
    if now - request.at > FRESH:
        return f"--requester {requester}: the request is of {request.at:%H:%M} UTC, over an hour ago; ask again"
    if other:
        return f"{where}: a window of {other.requester} is open until {other.ends}; approve when it is closed"
    return ""
