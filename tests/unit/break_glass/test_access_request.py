"""Windows of the closed role: what the parameters say, and which wishes are refused before anything is written."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from generators.break_glass import access_request
from generators.break_glass.access_request import StoredParameter

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WISH = {"minutes": 30, "reason": "INC-7"}


def written(name, said, version=1, ago=5):
    return StoredParameter(f"/mlops-break-glass/{name}", json.dumps(said), version, NOW - timedelta(minutes=ago))


def window(requester="erin", request=1, state="closed", ends="2026-11-25T12:20:00Z"):
    said = {"requester": requester, "approver": "frank", "request": request, "reason": "INC-7", "state": state}
    return written(f"windows/{requester}/{request}", said | {"from": "2026-11-25T11:50:00Z", "until": ends})


def status(*parameters):
    return access_request.read("mlops", parameters)


def test_a_status_is_what_the_parameters_say():
    found = status(written("requests/erin", WISH, 2), window(), written("approvals/erin/frank", {"request": 1}))
    assert [(it.requester, it.version, it.minutes, it.reason) for it in found.requests] == [("erin", 2, 30, "INC-7")]
    assert [(it.requester, it.request, it.approver, it.state) for it in found.windows] == [
        ("erin", 1, "frank", "closed")
    ]


def test_a_request_waits_until_it_is_used_or_an_hour_old():
    fresh, old, used = (written(f"requests/{name}", WISH, ago=ago) for name, ago in (("a", 59), ("b", 61), ("c", 5)))
    waiting = status(fresh, old, used, window("c")).waiting(NOW)
    assert [it.requester for it in waiting] == ["a"]


def test_a_window_is_open_until_its_end_whatever_the_record_says():
    assert status(window(state="open")).open(NOW).requester == "erin"
    assert status(window(state="open", ends="2026-11-25T11:59:59Z")).open(NOW) is None
    assert status(window(state="closed")).open(NOW) is None


@pytest.mark.parametrize(
    ("person", "minutes", "reason", "told"),
    [
        ("erin", 1, "x", []),
        ("erin", 60, "x", []),
        ("erin", 0, "x", ["--minutes 0: a window lasts 1 to 60 minutes; ask for fewer"]),
        ("erin", 61, "x", ["--minutes 61: a window lasts 1 to 60 minutes; ask for fewer"]),
        ("erim", 5, "x", ["--as erim: is none of break_glass_users in terraform/platform.yaml; did you mean 'erin'?"]),
        ("erin", 5, " ", ["--reason: is empty; say in a sentence what must be mended, the approver and the audit read it"]),  # noqa: E501
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_is_told(person, minutes, reason, told):
    assert list(access_request.wrong_request(person, minutes, reason, ("erin", "frank"))) == told


ASKED = written("requests/erin", WISH)
CASES = {
    "another's": ("frank", [ASKED], ""),
    "one's own": ("erin", [ASKED], "--requester erin: nobody approves the own request; ask another of the team"),
    "none": ("frank", [], "--requester erin: has no request in spoke; `catalog break-glass status` shows who has"),
    "a stale one": (
        "frank",
        [written("requests/erin", WISH, ago=61)],
        "--requester erin: the request is of 10:59 UTC, over an hour ago; ask again",
    ),
    "a used one": ("frank", [ASKED, window()], "--requester erin: request 1 was used; erin must ask again"),
    "one beside a window": (
        "frank",
        [ASKED, window("gina", state="open")],
        "spoke: a window of gina is open until 2026-11-25T12:20:00Z; approve when it is closed",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_approval_is_judged_before_it_is_written(case):
    person, parameters, told = CASES[case]
    assert access_request.wrong_approval(status(*parameters), person, "erin", "spoke", NOW) == told
