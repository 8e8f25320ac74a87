"""Requests with all kinds of policies, made by hypothesis; each as our evaluator and as iam-simulate take it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from generators.policy.authorise import Policies
from generators.policy.evaluate import Context, Question

OURS, THEIRS = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OURS}:role/lead"
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
OBJECTS = ("arn:aws:s3:::data/a/x.csv", "arn:aws:s3:::data/b/y.csv", "arn:aws:s3:::other/x.csv")
KEYS: dict[str, tuple[str, ...]] = {
    "aws:PrincipalTag/team": ("a", "b", "team-a"),
    "aws:RequestedRegion": ("eu-west-2", "us-east-1"),
    "s3:x-amz-acl": ("private", "public-read"),
    "aws:SecureTransport": ("true", "false"),
    "aws:CurrentTime": ("2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"),
    "aws:SourceIp": ("10.1.2.3", "192.168.0.9"),
    "aws:PrincipalArn": (ROLE, f"arn:aws:iam::{OURS}:role/other"),
    "aws:MultiFactorAuthAge": ("5", "10", "11"),
    "aws:TagKeys": ("team", "owner", "cost"),
}
MANY = ("aws:TagKeys",)
OPERATORS: dict[str, tuple[str, ...]] = {
    "aws:PrincipalTag/team": (
        "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ),
    "aws:RequestedRegion": ("StringEquals", "StringNotEquals"),
    "s3:x-amz-acl": ("StringEquals", "StringNotEquals"),
    "aws:SecureTransport": ("Bool",),
    "aws:CurrentTime": (
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
    ),
    "aws:SourceIp": ("IpAddress", "NotIpAddress"),
    "aws:PrincipalArn": ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
    "aws:MultiFactorAuthAge": (
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ),
    "aws:TagKeys": ("StringEquals", "StringLike", "StringNotEquals"),
}  # fmt: skip
WANTED: dict[str, tuple[str, ...]] = {
    **KEYS,
    "aws:PrincipalTag/team": ("a", "A", "team-*", "?", "z"),
    "aws:SourceIp": ("10.0.0.0/8", "192.168.0.9", "172.16.0.0/12"),
    "aws:PrincipalArn": (ROLE, f"arn:aws:iam::{OURS}:role/*", "arn:aws:iam::*:role/lead"),
}


@dataclass(frozen=True)
class Case:
    """One request with everything that counts."""

    question: Question
    policies: Policies
    owner: str  # the account of the resource
    keys: dict[str, tuple[str, ...]]

    def simulation(self) -> dict[str, Any]:
        """As iam-simulate takes it."""
        ours = self.policies
        named = [{"name": f"p{number}", "policy": json.loads(it)} for number, it in enumerate(ours.identity)]
        levels = [
            {
                "orgIdentifier": f"level-{number}",
                "policies": [{"name": "scp", "policy": json.loads(it)} for it in level],
            }
            for number, level in enumerate(ours.control)
        ]
        boundary = [{"name": "boundary", "policy": json.loads(it)} for it in ours.boundary or ()]
        return {
            "request": {
                "principal": ROLE,
                "action": self.question.action,
                "resource": {"resource": self.question.resource, "accountId": self.owner},
                "contextVariables": {key: list(it) if key in MANY else it[0] for key, it in self.keys.items()},
            },
            "identityPolicies": named,
            "serviceControlPolicies": levels,
            "resourceControlPolicies": [],
            **({"resourcePolicy": json.loads(ours.resource[0])} if ours.resource else {}),
            **({"permissionBoundaryPolicies": boundary} if ours.boundary is not None else {}),
            **({"sessionPolicy": json.loads(ours.session[0])} if ours.session else {}),
        }


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """None, one or two lines."""
    found: dict[str, dict[str, Any]] = {}
    most = draw(st.sampled_from([0, 0, 1, 2]))
    for key in draw(st.lists(st.sampled_from(sorted(KEYS)), min_size=most, max_size=most, unique=True)):
        if draw(st.integers(0, 5)) == 0:
            found["Null"] = {key: draw(st.sampled_from(["true", "false"]))}
            continue
        name = draw(st.sampled_from(OPERATORS[key]))
        qualifier = draw(st.sampled_from(["ForAnyValue:", "ForAllValues:"])) if key in MANY else ""
        suffix = draw(st.sampled_from(["", "", "IfExists"]))
        values = draw(st.lists(st.sampled_from(WANTED[key]), min_size=1, max_size=2, unique=True))
        found[f"{qualifier}{name}{suffix}"] = {key: values}
    return found


@st.composite
def statements(draw: st.DrawFn, *, about: bool = False, plain: bool = False) -> dict[str, Any]:
    """A statement; `about` a resource has a principal, `plain` allows everything as service control policies begin."""
    if plain:
        return {"Effect": "Allow", "Action": "*", "Resource": "*"}
    effect = draw(st.sampled_from(["Allow"] * 5 + ["Deny"]))
    actions = draw(st.sampled_from([["s3:*"], ["s3:Get*"], ["s3:GetObject", "s3:PutObject"], ["*"], ["s3:?etObject"]]))
    element = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    resources = draw(st.sampled_from([
        ["*"], ["arn:aws:s3:::data/*"], ["arn:aws:s3:::data/${aws:PrincipalTag/team}/*"], ["arn:aws:s3:::*/x.csv"],
        ["arn:aws:s3:::data/${aws:PrincipalTag/team, 'b'}/*"],
    ]))  # fmt: skip
    place = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"])) if not about else "Resource"
    found: dict[str, Any] = {"Effect": effect, element: actions, place: resources}
    if about:
        names = [ROLE, f"arn:aws:iam::{OURS}:root", OURS, f"arn:aws:iam::{OURS}:role/other"]
        found["Principal"] = draw(st.sampled_from(["*", *({"AWS": name} for name in names)]))
    lines = draw(conditions())
    return found | ({"Condition": lines} if lines else {})


@st.composite
def documents(draw: st.DrawFn, *, about: bool = False, plain: bool = False) -> str:
    """A policy of one to three statements."""
    listed = draw(st.lists(statements(about=about), min_size=0 if plain else 1, max_size=2))
    first = [draw(statements(plain=True))] if plain and draw(st.integers(0, 4)) else []
    body = [*first, *listed] or [draw(statements(about=about))]
    return json.dumps({"Version": "2012-10-17", "Statement": body})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A request by one role, of its own account's resource or of another's."""
    keys = {}
    for key in draw(st.lists(st.sampled_from(sorted(set(KEYS) - {"aws:PrincipalArn"})), unique=True)):
        most = 3 if key in MANY else 1
        keys[key] = tuple(draw(st.lists(st.sampled_from(KEYS[key]), min_size=1, max_size=most, unique=True)))
    keys["aws:PrincipalArn"] = (ROLE,)
    action = draw(st.sampled_from(ACTIONS))
    if action != "s3:PutObject":  # AWS sends this key with no other action, and iam-simulate then drops it
        keys.pop("s3:x-amz-acl", None)
    owner = draw(st.sampled_from([OURS, OURS, THEIRS]))
    wide = st.booleans().flatmap(lambda plain: documents(plain=plain))
    some = st.lists(wide, min_size=1, max_size=1).map(tuple)
    policies = Policies(
        identity=tuple(draw(st.lists(wide, max_size=2))),
        boundary=draw(st.none() | st.none() | some),
        session=draw(st.none() | st.none() | some),
        control=tuple(draw(st.lists(st.lists(documents(plain=True), min_size=1, max_size=1).map(tuple), max_size=2))),
        resource=draw(st.none() | st.lists(documents(about=True), min_size=1, max_size=1).map(tuple)),
        foreign=owner == THEIRS,
    )
    seen = Context({key.lower(): values for key, values in keys.items()})
    question = Question(action, draw(st.sampled_from(OBJECTS)), seen, {"AWS": (ROLE,)}, OURS)
    return Case(question, policies, owner, keys)
