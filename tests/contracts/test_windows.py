"""What the state machine of module break_glass judges, asked of its own expression."""

import json
import re
import time
from pathlib import Path

import pytest
from jsonata import Jsonata

FILE = Path(__file__).resolve().parents[2] / "terraform" / "modules" / "break_glass" / "definition.asl.json"
STATES = json.loads(re.sub(r"\$\{[\w.]+\}", "x", re.sub(r": \$\{[\w.]+\}", ': "x"', FILE.read_text("utf-8"))))["States"]
HOUR = 3_600_000  # milliseconds
ORDER = {"requester": "erin", "approver": "frank", "version": 2, "approval": {"request": 2}}
WISH = {"minutes": 60, "reason": "INC-7"}


def judged(**changed):
    """Why an approval is refused, "" when it is not; `asked` and `approved` in milliseconds ago."""
    now = int(time.time() * 1000)
    given = {**ORDER, "request": WISH, "asked": 0, "approved": 0, **changed}
    given |= {key: now - given[key] for key in ("asked", "approved")}
    expression = Jsonata(STATES["Judge"]["Assign"]["refusal"].removeprefix("{%").removesuffix("%}"))
    names = expression.create_frame()
    for name, value in given.items():
        names.bind(name, value)
    return expression.evaluate(None, names)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ""),
        ({"request": {**WISH, "minutes": 1}, "asked": HOUR - 60_000}, ""),
        ({"approver": "erin"}, "erin approved the own request"),
        ({"approval": {"request": 1}}, "the approval is not of the newest request, version 2"),
        ({"approval": {}}, "the approval is not of the newest request, version 2"),
        ({"asked": HOUR + 1000}, "the request is older than an hour"),
        ({"approved": HOUR + 1000}, "the approval is older than an hour"),
        ({"request": {"reason": "x"}}, "the request names no minutes"),
        ({"request": {**WISH, "minutes": "60"}}, "the request names no minutes"),
        ({"request": {**WISH, "minutes": 0}}, "minutes are 1 to 60"),
        ({"request": {**WISH, "minutes": 61}}, "minutes are 1 to 60"),
        ({"request": {**WISH, "minutes": 1.5}}, "minutes are 1 to 60"),
        ({"request": {"minutes": 5}}, "the request gives no reason"),
    ],
)
def test_an_approval_is_refused_for(changed, told):
    assert judged(**changed) == told


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("/mlops-break-glass/approvals/erin/frank", ("erin", "frank")),
        ("/mlops-break-glass/approvals/erin/frank/gina", ("erin", "frank")),
        ("/mlops-break-glass/approvals/frank", ("frank", "")),
    ],
)
def test_the_people_are_those_of_the_path_that_iam_let_somebody_write(name, people):
    assign, event = STATES["Name the people"]["Assign"], {"input": {"detail": {"name": name}}}
    found = []
    for who in ("requester", "approver"):
        expression = Jsonata(assign[who].removeprefix("{%").removesuffix("%}"))
        names = expression.create_frame()
        names.bind("states", event)
        found.append(expression.evaluate(None, names))
    assert tuple(found) == people
