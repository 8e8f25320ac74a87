"""Where the two evaluators part, and what AWS's documentation says of it.

A difference is explained only if the case without the construct is decided alike: `without` takes the construct out in
a way that leaves our decision as it was, and then iam-simulate must come to that decision too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.policy_agreement.cases import EVERYTHING, Case, Statement, Statements

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
NOTHING = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


@dataclass(frozen=True)
class Difference:
    """Who is right, by which page."""

    what: str
    right: str
    page: str
    without: Callable[[Case], Case]


def _each(case: Case, change: Callable[[Statement], Statement | None]) -> Case:
    """The case with every statement changed; None takes it out."""

    def all_of(found: Statements) -> Statements:
        return tuple(after for after in map(change, found) if after is not None)

    def some(found: Statements | None) -> Statements | None:
        return None if found is None else all_of(found) or (NOTHING,)

    return replace(
        case,
        identity=all_of(case.identity),
        boundary=some(case.boundary),
        session=some(case.session),
        control=tuple(all_of(level) or (NOTHING,) for level in case.control),
        resource=None if case.resource is None else all_of(case.resource) or None,
    )


def _lines(case: Case, change: Callable[[str, str, list[str]], list[str]]) -> Case:
    """The case with the values of every line of a condition changed; a line without values goes."""

    def lines(condition: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, list[str]]]:
        for operator, keys in condition.items():
            for key, wanted in keys.items():
                yield operator, key, change(operator, key, wanted if isinstance(wanted, list) else [wanted])

    def statement(found: Statement) -> Statement:
        condition: dict[str, dict[str, Any]] = {}
        for operator, key, wanted in lines(found.get("Condition", {})):
            if wanted:
                condition.setdefault(operator, {})[key] = wanted
        rest = {element: value for element, value in found.items() if element != "Condition"}
        return rest | ({"Condition": condition} if condition else {})

    return _each(case, statement)


def _absent_key_that_may_be_absent(case: Case) -> Case:
    """Such a line holds."""

    def change(operator: str, key: str, wanted: list[str]) -> list[str]:
        holds = operator.startswith("ForAnyValue:") and operator.endswith("IfExists") and key not in case.keys
        return [] if holds else wanted

    return _lines(case, change)


def _other_family_of_addresses(case: Case) -> Case:
    """An address is never in a network of the other family, so a negated line does without such networks."""

    def change(operator: str, key: str, wanted: list[str]) -> list[str]:
        if "NotIpAddress" not in operator or key not in case.keys:
            return wanted
        version = ipaddress.ip_address(case.keys[key][0]).version
        return [value for value in wanted if ipaddress.ip_network(value, strict=False).version == version]

    return _lines(case, change)


def _every_address(case: Case) -> Case:
    """The network of all addresses, in two halves."""
    halves = ["0.0.0.0/1", "128.0.0.0/1"]

    def change(operator: str, key: str, wanted: list[str]) -> list[str]:
        return [half for value in wanted for half in (halves if value == "0.0.0.0/0" else [value])]

    return _lines(case, change)


def _literal_star(case: Case) -> Case:
    """Operators without wildcards read ${*} as they read *."""

    def change(operator: str, key: str, wanted: list[str]) -> list[str]:
        return [value.replace("${*}", "*") if "Equals" in operator else value for value in wanted]

    return _lines(case, change)


def _spared_by_nobody_knows_what(case: Case) -> Case:
    """NotResource with a variable that the request has no value for: we do not count on such a statement."""

    def change(found: Statement) -> Statement | None:
        lost = "${aws:PrincipalTag/unit}" in str(found.get("NotResource")) and "aws:PrincipalTag/unit" not in case.keys
        return None if lost else found

    return _each(case, change)


def _session_named_itself(case: Case) -> Case:
    """What the resource's policy gives past a boundary that allows nothing: only a caller named itself has it."""

    def denials(found: Statements | None) -> Statements:
        return tuple(statement for statement in found or () if statement["Effect"] == "Deny")

    if case.session is None:
        return case
    return replace(
        case,
        identity=denials(case.identity),
        boundary=(NOTHING, *denials(case.boundary)),
        session=(EVERYTHING, *denials(case.session)),
    )


EXPLAINED = (
    Difference(
        "ForAnyValue with IfExists holds when the key is absent; iam-simulate looks at ForAnyValue alone",
        "ours",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IfExists",
        _absent_key_that_may_be_absent,
    ),
    Difference(
        "NotIpAddress holds for an address of the other family; iam-simulate takes it for no address",
        "ours",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _other_family_of_addresses,
    ),
    Difference(
        "0.0.0.0/0 holds every IPv4 address; iam-simulate finds none in it",
        "ours",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _every_address,
    ),
    Difference(
        "${*} is the character * in every string operator; iam-simulate leaves it as it stands in some",
        "ours",
        GUIDE + "reference_policies_variables.html#policy-vars-specialchars",
        _literal_star,
    ),
    Difference(
        "NotResource with an unresolved variable may void the statement; iam-simulate voids it for some resources only",
        "AWS leaves it open; ours counts on no such statement, be it Allow or Deny",
        GUIDE + "reference_policies_variables.html",
        _spared_by_nobody_knows_what,
    ),
    Difference(
        "A session policy does not limit what a resource's policy gives to the session itself; in iam-simulate it does",
        "ours",
        GUIDE + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        _session_named_itself,
    ),
)
