"""All forms of one policy element at a time."""

import itertools
from collections.abc import Iterator

from tests.policy_agreement import elements
from tests.policy_agreement.cases import EVERYTHING, EXCLUDED_PRINCIPALS, PRINCIPALS, RESOURCES, Case
from tests.policy_agreement.elements import CALLERS, CONDITIONS, OPERATORS, OURS

ELSEWHERE = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


def every_condition() -> Iterator[Case]:
    """Every operator with every qualifier, with and without IfExists, for every value of policy and request."""
    target = elements.OBJECTS[0]
    for name, key in CONDITIONS.items():
        pairs = itertools.combinations(key.request_values, 2) if key.many else ()
        request_values = [(), *itertools.combinations(key.request_values, 1), *pairs]
        policy_values = [*itertools.combinations(key.policy_values, 1), key.policy_values[:2]]
        operators = [("Null", ("true",)), ("Null", ("false",)), *itertools.product(_operators(key), policy_values)]
        for (operator, values), request in itertools.product(operators, request_values):
            allow = {**EVERYTHING, "Condition": {operator: {name: list(values)}}}
            yield Case(elements.ROLE, target.actions[0], target, {name: request} if request else {}, (allow,))


def _operators(key: elements.Key) -> Iterator[str]:
    qualifiers = ("ForAnyValue:", "ForAllValues:") if key.many else ("", "ForAnyValue:", "ForAllValues:")
    return map("".join, itertools.product(qualifiers, OPERATORS[key.family], ("", "IfExists")))


def every_resource() -> Iterator[Case]:
    """Every pattern as Resource and NotResource, allowed and denied, with and without the value of the variable."""
    targets = (elements.BUCKET, *elements.OBJECTS, elements.KEYS[0], elements.ROLES[0])
    contexts = ({}, {"aws:PrincipalTag/unit": ("a",)}, {"aws:PrincipalTag/unit": ("*",)})
    forms = itertools.product(("Allow", "Deny"), ("Resource", "NotResource"), RESOURCES)
    for (effect, element, pattern), target, keys in itertools.product(forms, targets, contexts):
        statement = {"Effect": effect, "Action": "*", element: pattern}
        identity = (statement,) if effect == "Allow" else (EVERYTHING, statement)
        yield Case(elements.USER, target.actions[0], target, keys, identity, resource=(_allow(target, {"AWS": OURS}),))


def every_principal() -> Iterator[Case]:
    """Every form of a principal for every caller, with and without a boundary and a session policy."""
    targets = (elements.OBJECTS[0], *elements.KEYS, *elements.ROLES)
    limits = itertools.product(((), (EVERYTHING,)), (None, (ELSEWHERE,), (EVERYTHING,)), (None, (ELSEWHERE,)))
    for (identity, boundary, session), caller, target in itertools.product(limits, CALLERS, targets):
        for statements in _resource_policies(target):
            owner = elements.THEIRS if elements.THEIRS in target.arn else OURS
            own_session = session if caller == elements.SESSION else None
            yield Case(caller, target.actions[0], target, {}, identity, boundary, own_session, (), statements, owner)


def _resource_policies(target: elements.Resource) -> Iterator[tuple[dict[str, object], ...]]:
    for principal in PRINCIPALS:
        yield (_allow(target, principal),)
        yield _allow(target, "*"), {**_allow(target, principal), "Effect": "Deny"}
    for excluded in EXCLUDED_PRINCIPALS:
        deny = {**_allow(target, "*"), "Effect": "Deny", "NotPrincipal": excluded}
        del deny["Principal"]
        yield _allow(target, {"AWS": OURS}), deny


def _allow(target: elements.Resource, principal: object) -> dict[str, object]:
    resource = {"Resource": "*"} if target.has_resource_element else {}
    return {"Effect": "Allow", "Action": "*", "Principal": principal, **resource}
