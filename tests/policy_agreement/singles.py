"""One element of a policy at a time, in all its forms."""

import itertools
from collections.abc import Iterator

from tests.policy_agreement import world
from tests.policy_agreement.cases import EVERYTHING, EXEMPT, NAMED, RESOURCES, Case
from tests.policy_agreement.world import CALLERS, CONDITIONS, OPERATORS, OURS

ELSEWHERE = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


def every_condition() -> Iterator[Case]:
    """Every operator with every qualifier, with and without IfExists, on every value that is wanted and sent."""
    thing = world.OBJECTS[0]
    for name, key in CONDITIONS.items():
        sent = [(), *itertools.combinations(key.sent, 1), *(itertools.combinations(key.sent, 2) if key.many else ())]
        wanted = [*itertools.combinations(key.wanted, 1), key.wanted[:2]]
        operators = [("Null", ("true",)), ("Null", ("false",)), *itertools.product(_operators(key), wanted)]
        for (operator, values), given in itertools.product(operators, sent):
            allow = {**EVERYTHING, "Condition": {operator: {name: list(values)}}}
            yield Case(world.ROLE, thing.actions[0], thing, {name: given} if given else {}, (allow,))


def _operators(key: world.Key) -> Iterator[str]:
    qualifiers = ("ForAnyValue:", "ForAllValues:") if key.many else ("", "ForAnyValue:", "ForAllValues:")
    return map("".join, itertools.product(qualifiers, OPERATORS[key.family], ("", "IfExists")))


def every_resource() -> Iterator[Case]:
    """Every pattern as Resource and as NotResource, allowed and denied, with a variable's value and without."""
    things = (world.BUCKET, *world.OBJECTS, world.KEYS[0], world.ROLES[0])
    sent = ({}, {"aws:PrincipalTag/unit": ("a",)}, {"aws:PrincipalTag/unit": ("*",)})
    elements = itertools.product(("Allow", "Deny"), ("Resource", "NotResource"), RESOURCES)
    for (effect, element, pattern), thing, keys in itertools.product(elements, things, sent):
        statement = {"Effect": effect, "Action": "*", element: pattern}
        identity = (statement,) if effect == "Allow" else (EVERYTHING, statement)
        yield Case(world.USER, thing.actions[0], thing, keys, identity, resource=(_shared(thing, {"AWS": OURS}),))


def every_principal() -> Iterator[Case]:
    """Every way to name a caller, to every caller, with and without what might bound it."""
    things = (world.OBJECTS[0], *world.KEYS, *world.ROLES)
    limits = itertools.product(((), (EVERYTHING,)), (None, (ELSEWHERE,), (EVERYTHING,)), (None, (ELSEWHERE,)))
    for (identity, boundary, session), caller, thing in itertools.product(limits, CALLERS, things):
        for statements in _about(thing):
            owner = world.THEIRS if world.THEIRS in thing.arn else OURS
            mine = session if caller == world.SESSION else None
            yield Case(caller, thing.actions[0], thing, {}, identity, boundary, mine, (), statements, owner)


def _about(thing: world.Thing) -> Iterator[tuple[dict[str, object], ...]]:
    for named in NAMED:
        yield (_shared(thing, named),)
        yield _shared(thing, "*"), {**_shared(thing, named), "Effect": "Deny"}
    for spared in EXEMPT:
        denied = {**_shared(thing, "*"), "Effect": "Deny", "NotPrincipal": spared}
        del denied["Principal"]
        yield _shared(thing, {"AWS": OURS}), denied


def _shared(thing: world.Thing, named: object) -> dict[str, object]:
    rest = {"Resource": "*"} if thing.resource else {}
    return {"Effect": "Allow", "Action": "*", "Principal": named, **rest}
