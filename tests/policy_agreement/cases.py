"""Requests with the policies that count for them, made by hypothesis: one policy's language, and all kinds together."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from generators.iam.authorization import Policies, authorize
from generators.iam.evaluation import AuthorizationRequest, Context
from tests.policy_agreement import world
from tests.policy_agreement.world import CALLERS, CONDITIONS, OPERATORS, OURS, THEIRS, Thing

Statement = dict[str, Any]
Statements = tuple[Statement, ...]
EVERYTHING: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass(frozen=True)
class Case:
    """One request and the statements of each kind of policy; None: there is no such policy."""

    caller: str
    action: str
    thing: Thing
    keys: dict[str, tuple[str, ...]]
    identity: Statements = ()
    boundary: Statements | None = None
    session: Statements | None = None
    control: tuple[Statements, ...] = ()
    resource: Statements | None = None
    owner: str = OURS

    @property
    def statements(self) -> Statements:
        """Of all policies."""
        kinds = (self.identity, self.boundary, self.session, self.resource, *self.control)
        return tuple(statement for kind in kinds for statement in kind or ())

    def ours(self) -> str:
        """What our evaluator decides, in iam-simulate's words."""
        sent = Context({key.lower(): values for key, values in self.keys.items()})
        question = AuthorizationRequest(self.action, self.thing.arn, sent, {"AWS": CALLERS[self.caller]}, OURS)
        policies = Policies(
            identity=(_text(self.identity),) if self.identity else (),
            boundary=_texts(self.boundary),
            session=_texts(self.session),
            service_control_policies=tuple((_text(level),) for level in self.control),
            resource=_texts(self.resource),
            cross_account=self.owner != OURS,
            requires_resource_policy=self.thing.guarded,
        )
        verdict = authorize(question, policies)
        refused = "ExplicitlyDenied" if "explicit deny" in verdict.reason else "ImplicitlyDenied"
        return "Allowed" if verdict.allowed else refused

    @property
    def text(self) -> str:
        """A line of JSON, as simulate.mjs takes it."""
        return json.dumps(self.simulation())

    def simulation(self) -> dict[str, Any]:
        """As iam-simulate takes it."""
        sent = {key: list(values) if CONDITIONS[key].many else values[0] for key, values in self.keys.items()}
        return {
            "request": {
                "principal": self.caller,
                "action": self.action,
                "resource": {"resource": self.thing.arn, "accountId": self.owner},
                "contextVariables": sent,
            },
            "identityPolicies": [_named("identity", self.identity)] if self.identity else [],
            "serviceControlPolicies": [
                {"orgIdentifier": f"level-{number}", "policies": [_named(f"scp-{number}", level)]}
                for number, level in enumerate(self.control)
            ],
            "resourceControlPolicies": [],
            **({"resourcePolicy": _policy(self.resource)} if self.resource is not None else {}),
            **({"sessionPolicy": _policy(self.session)} if self.session is not None else {}),
            **({"permissionBoundaryPolicies": [_named("bound", self.boundary)]} if self.boundary is not None else {}),
        }


def _policy(statements: Statements) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _named(name: str, statements: Statements) -> dict[str, Any]:
    return {"name": name, "policy": _policy(statements)}


def _text(statements: Statements) -> str:
    return json.dumps(_policy(statements))


def _texts(statements: Statements | None) -> tuple[str, ...] | None:
    return None if statements is None else (_text(statements),)


@st.composite
def lines(draw: st.DrawFn, most: int = 2) -> dict[str, dict[str, Any]]:
    """The Condition of a statement; {} for none."""
    found: dict[str, dict[str, Any]] = {}
    for name in draw(st.lists(st.sampled_from(sorted(CONDITIONS)), max_size=most, unique=True)):
        key = CONDITIONS[name]
        operator = draw(st.sampled_from(["Null", *OPERATORS[key.family] * 2]))
        wanted = draw(st.lists(st.sampled_from(key.wanted), min_size=1, max_size=2, unique=True))
        if operator == "Null":
            found.setdefault("Null", {})[name] = draw(st.sampled_from(["true", "false"]))
            continue
        qualifiers = ["ForAnyValue:", "ForAllValues:"] if key.many else ["", "", "", "ForAnyValue:", "ForAllValues:"]
        whole = draw(st.sampled_from(qualifiers)) + operator + draw(st.sampled_from(["", "", "IfExists"]))
        found.setdefault(whole, {})[name] = wanted if len(wanted) > 1 else wanted[0]
    return found


RESOURCES: tuple[Any, ...] = (
    "*",
    "arn:aws:s3:::data/*",
    ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
    "arn:aws:s3:::data/?/x.csv",
    "arn:aws:s3:::*/x.csv",
    "arn:aws:s3:::data/${aws:PrincipalTag/unit}/*",
    "arn:aws:s3:::data/${aws:PrincipalTag/team, 'b'}/*",
    "arn:aws:s3:::data/${*}/*",
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:iam::*:role/release",
)
ACTIONS: tuple[Any, ...] = (
    "*",
    "s3:*",
    "S3:get*",
    "s3:?etObject",
    ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole"],
    ["kms:*", "sts:*"],
    "logs:*",
)
NAMED: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": world.ROLE},
    {"AWS": world.SESSION},
    {"AWS": world.USER},
    {"AWS": world.ROOT},
    {"AWS": OURS},
    {"AWS": [world.OTHER_ROLE, world.OTHER_SESSION, world.STRANGERS]},
    {"Service": "sagemaker.amazonaws.com"},
)
EXEMPT: tuple[Any, ...] = (
    {"AWS": [world.ROLE, world.SESSION, world.ROOT]},
    {"AWS": [world.USER, world.ROOT]},
    {"AWS": world.STRANGERS},
)


@st.composite
def statements(draw: st.DrawFn, *, thing: Thing, about: bool = False, most: int = 1) -> Statement:
    """One statement; `about` a resource it names principals, and a trust policy has no Resource."""
    effect = draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))
    found: Statement = {"Effect": effect}
    found[draw(_mostly("Action", "NotAction"))] = draw(st.sampled_from(ACTIONS) | st.just(list(thing.actions)))
    if thing.resource or not about:
        near = [item for item in RESOURCES if thing.arn[:11] in json.dumps(item)]
        found[draw(_mostly("Resource", "NotResource"))] = draw(
            st.sampled_from(["*", thing.arn, *near, *near, *RESOURCES])
        )
    if about:
        excluding = effect == "Deny" and draw(st.booleans())
        element = "NotPrincipal" if excluding else "Principal"
        found[element] = draw(st.sampled_from(EXEMPT if excluding else NAMED))
    condition = draw(lines(most))
    return found | ({"Condition": condition} if condition else {})


def _mostly(usual: str, rare: str) -> st.SearchStrategy[str]:
    return st.sampled_from([usual, usual, usual, rare])


@st.composite
def requests(draw: st.DrawFn) -> Case:
    """A request that no policy says anything about yet."""
    caller = draw(st.sampled_from(sorted(CALLERS)))
    thing = draw(st.sampled_from([world.BUCKET, *world.OBJECTS, *world.OBJECTS, *world.KEYS, *world.ROLES]))
    sent: dict[str, tuple[str, ...]] = {}
    for name, key in CONDITIONS.items():
        values = draw(st.lists(st.sampled_from(key.sent), max_size=3 if key.many else 1, unique=True))
        sent |= {name: tuple(values)} if values else {}
    sent["aws:PrincipalArn"] = (CALLERS[caller][-1],)
    owner = next((item for item in (THEIRS, OURS) if item in thing.arn), "") or draw(
        st.sampled_from([OURS, OURS, THEIRS])
    )
    return Case(caller, draw(st.sampled_from(thing.actions)), thing, sent, owner=owner)


@st.composite
def language(draw: st.DrawFn) -> Case:
    """What one policy's statements mean: everything hangs on them."""
    case = draw(requests())
    found = tuple(draw(st.lists(statements(thing=case.thing, most=2), min_size=1, max_size=2)))
    alone = all(statement["Effect"] == "Deny" for statement in found)
    shared = {"Effect": "Allow", "Action": "*", "Principal": {"AWS": OURS}}
    shared |= {"Resource": "*"} if case.thing.resource else {}
    return replace(case, identity=(EVERYTHING, *found) if alone else found, resource=(shared,))


@st.composite
def together(draw: st.DrawFn) -> Case:
    """All kinds of policies, of few statements each."""
    case = draw(requests())

    def some(*, about: bool = False, wide: int = 2) -> Statements:
        made = tuple(draw(st.lists(statements(thing=case.thing, about=about), min_size=1, max_size=2)))
        return (EVERYTHING, *made) if wide and draw(st.integers(0, wide)) else made

    def maybe(*, about: bool = False, wide: int = 2) -> Statements | None:
        return some(about=about, wide=wide) if draw(st.booleans()) else None

    needed = case.thing.guarded or case.owner != OURS
    return replace(
        case,
        identity=some(wide=1) if draw(st.integers(0, 2)) else (),
        boundary=maybe(),
        session=maybe() if case.caller == world.SESSION else None,
        control=tuple(some(wide=5) for _ in range(draw(st.integers(0, 2)))),
        resource=some(about=True, wide=0) if needed else maybe(about=True, wide=0),
    )
