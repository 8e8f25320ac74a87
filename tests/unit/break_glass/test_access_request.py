"""Break-glass status from its parameters, and the requests and approvals that are refused."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from generators.break_glass import access_request
from generators.break_glass.access_request import StoredParameter

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
VALUES = {"minutes": 30, "reason": "INC-7"}


def parameter(name, values, version=1, ago=5):
    return StoredParameter(f"/mlops-break-glass/{name}", json.dumps(values), version, NOW - timedelta(minutes=ago))


def grant(requester="erin", request=1, state="closed", ends="2026-11-25T12:20:00Z"):
    values = {"requester": requester, "approver": "frank", "request": request, "reason": "INC-7", "state": state}
    return parameter(f"windows/{requester}/{request}", values | {"from": "2026-11-25T11:50:00Z", "until": ends})


def status(*parameters):
    return access_request.read("mlops", parameters)


def test_a_status_contains_the_requests_and_grants_of_the_parameters():
    result = status(parameter("requests/erin", VALUES, 2), grant(), parameter("approvals/erin/frank", {"request": 1}))
    assert [(row.requester, row.version, row.minutes, row.reason) for row in result.requests] == [
        ("erin", 2, 30, "INC-7")
    ]
    assert [(row.requester, row.request, row.approver, row.state) for row in result.grants] == [
        ("erin", 1, "frank", "closed")
    ]


def test_a_request_is_pending_until_it_is_used_or_an_hour_old():
    fresh, old, used = (
        parameter(f"requests/{name}", VALUES, ago=ago) for name, ago in (("a", 59), ("b", 61), ("c", 5))
    )
    pending = status(fresh, old, used, grant("c")).pending(NOW)
    assert [request.requester for request in pending] == ["a"]


def test_a_grant_is_open_until_its_end_even_when_its_state_says_open():
    assert status(grant(state="open")).open_grant(NOW).requester == "erin"
    assert status(grant(state="open", ends="2026-11-25T11:59:59Z")).open_grant(NOW) is None
    assert status(grant(state="closed")).open_grant(NOW) is None


@pytest.mark.parametrize(
    ("person", "minutes", "reason", "problems"),
    [
        ("erin", 1, "x", []),
        ("erin", 60, "x", []),
        ("erin", 0, "x", ["--minutes 0: a window lasts 1 to 60 minutes; ask for fewer"]),
        ("erin", 61, "x", ["--minutes 61: a window lasts 1 to 60 minutes; ask for fewer"]),
        ("erim", 5, "x", ["--as erim: is none of break_glass_users in terraform/platform.yaml; did you mean 'erin'?"]),
        ("erin", 5, " ", ["--reason: is empty; say in a sentence what must be mended, the approver and the audit read it"]),  # noqa: E501
    ],
)  # fmt: skip
def test_an_invalid_request_is_refused(person, minutes, reason, problems):
    assert list(access_request.request_problems(person, minutes, reason, ("erin", "frank"))) == problems


REQUEST = parameter("requests/erin", VALUES)
CASES = {
    "another's": ("frank", [REQUEST], ""),
    "one's own": ("erin", [REQUEST], "--requester erin: nobody approves the own request; ask another of the team"),
    "none": ("frank", [], "--requester erin: has no request in spoke; `catalog break-glass status` shows who has"),
    "a stale one": (
        "frank",
        [parameter("requests/erin", VALUES, ago=61)],
        "--requester erin: the request is of 10:59 UTC, over an hour ago; ask again",
    ),
    "a used one": ("frank", [REQUEST, grant()], "--requester erin: request 1 was used; erin must ask again"),
    "one during another grant": (
        "frank",
        [REQUEST, grant("gina", state="open")],
        "spoke: a window of gina is open until 2026-11-25T12:20:00Z; approve when it is closed",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_invalid_approval_is_refused(case):
    person, parameters, problem = CASES[case]
    assert access_request.approval_problem(status(*parameters), person, "erin", "spoke", NOW) == problem
