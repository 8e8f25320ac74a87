"""The JSONata expressions of the state machine of module break_glass: validation of requests and approvals."""

import json
import re
import time
from pathlib import Path

import pytest
from jsonata import Jsonata

FILE = Path(__file__).resolve().parents[2] / "terraform" / "modules" / "break_glass" / "definition.asl.json"
STATES = json.loads(re.sub(r"\$\{[\w.]+\}", "x", re.sub(r": \$\{[\w.]+\}", ': "x"', FILE.read_text("utf-8"))))["States"]
HOUR = 3_600_000  # milliseconds
EXECUTION = {"requester": "erin", "approver": "frank", "version": 2, "approval": {"request": 2}}
REQUEST = {"minutes": 60, "reason": "INC-7"}


def refusal(**changed):
    """The reason why an approval is refused, else ""; `asked` and `approved` are ages in milliseconds."""
    now = int(time.time() * 1000)
    values = {**EXECUTION, "request": REQUEST, "asked": 0, "approved": 0, **changed}
    values |= {key: now - values[key] for key in ("asked", "approved")}
    expression = Jsonata(STATES["Judge"]["Assign"]["refusal"].removeprefix("{%").removesuffix("%}"))
    frame = expression.create_frame()
    for name, value in values.items():
        frame.bind(name, value)
    return expression.evaluate(None, frame)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, ""),
        ({"request": {**REQUEST, "minutes": 1}, "asked": HOUR - 60_000}, ""),
        ({"approver": "erin"}, "erin approved the own request"),
        ({"approval": {"request": 1}}, "the approval is not of the newest request, version 2"),
        ({"approval": {}}, "the approval is not of the newest request, version 2"),
        ({"asked": HOUR + 1000}, "the request is older than an hour"),
        ({"approved": HOUR + 1000}, "the approval is older than an hour"),
        ({"request": {"reason": "x"}}, "the request names no minutes"),
        ({"request": {**REQUEST, "minutes": "60"}}, "the request names no minutes"),
        ({"request": {**REQUEST, "minutes": 0}}, "minutes are 1 to 60"),
        ({"request": {**REQUEST, "minutes": 61}}, "minutes are 1 to 60"),
        ({"request": {**REQUEST, "minutes": 1.5}}, "minutes are 1 to 60"),
        ({"request": {"minutes": 5}}, "the request gives no reason"),
    ],
)
def test_an_approval_is_validated(changed, message):
    assert refusal(**changed) == message


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("/mlops-break-glass/approvals/erin/frank", ("erin", "frank")),
        ("/mlops-break-glass/approvals/erin/frank/gina", ("erin", "frank")),
        ("/mlops-break-glass/approvals/frank", ("frank", "")),
    ],
)
def test_requester_and_approver_are_read_from_the_parameter_name(name, people):
    assign, event = STATES["Name the people"]["Assign"], {"input": {"detail": {"name": name}}}
    values = []
    for variable in ("requester", "approver"):
        expression = Jsonata(assign[variable].removeprefix("{%").removesuffix("%}"))
        frame = expression.create_frame()
        frame.bind("states", event)
        values.append(expression.evaluate(None, frame))
    assert tuple(values) == people
