"""Differences between the two evaluators, with AWS's documentation of the right decision.

A difference is explained only if both decide the case without the construct alike: `without` removes the construct so
that the decision of the platform's evaluator stays, and then iam-simulate must decide the same.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.policy_agreement.cases import EVERYTHING, Case, Statement, Statements

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
ALLOW_ELSEWHERE = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


@dataclass(frozen=True)
class Difference:
    """A construct, the evaluator that is right, and the page that says so."""

    description: str
    right: str
    page: str
    without: Callable[[Case], Case]


def _each(case: Case, change: Callable[[Statement], Statement | None]) -> Case:
    """The case with every statement changed; None removes it."""

    def all_of(statements: Statements) -> Statements:
        return tuple(changed for changed in map(change, statements) if changed is not None)

    def some(statements: Statements | None) -> Statements | None:
        return None if statements is None else all_of(statements) or (ALLOW_ELSEWHERE,)

    return replace(
        case,
        identity=all_of(case.identity),
        boundary=some(case.boundary),
        session=some(case.session),
        service_control_policies=tuple(all_of(level) or (ALLOW_ELSEWHERE,) for level in case.service_control_policies),
        resource=None if case.resource is None else all_of(case.resource) or None,
    )


def _each_condition(case: Case, change: Callable[[str, str, list[str]], list[str]]) -> Case:
    """The case with the values of every condition changed; a condition without values is removed."""

    def conditions(condition: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, list[str]]]:
        for operator, keys in condition.items():
            for key, values in keys.items():
                yield operator, key, change(operator, key, values if isinstance(values, list) else [values])

    def changed(statement: Statement) -> Statement:
        condition: dict[str, dict[str, Any]] = {}
        for operator, key, values in conditions(statement.get("Condition", {})):
            if values:
                condition.setdefault(operator, {})[key] = values
        rest = {element: value for element, value in statement.items() if element != "Condition"}
        return rest | ({"Condition": condition} if condition else {})

    return _each(case, changed)


def _absent_key_that_may_be_absent(case: Case) -> Case:
    """Remove conditions with ForAnyValue and IfExists whose key is absent: they are true."""

    def change(operator: str, key: str, values: list[str]) -> list[str]:
        is_true = operator.startswith("ForAnyValue:") and operator.endswith("IfExists") and key not in case.keys
        return [] if is_true else values

    return _each_condition(case, change)


def _other_family_of_addresses(case: Case) -> Case:
    """Remove networks of the other family from negated conditions: an address is never in them."""

    def change(operator: str, key: str, values: list[str]) -> list[str]:
        if "NotIpAddress" not in operator or key not in case.keys:
            return values
        version = ipaddress.ip_address(case.keys[key][0]).version
        return [value for value in values if ipaddress.ip_network(value, strict=False).version == version]

    return _each_condition(case, change)


def _every_address(case: Case) -> Case:
    """Replace the network of all addresses with its two halves."""
    halves = ["0.0.0.0/1", "128.0.0.0/1"]

    def change(operator: str, key: str, values: list[str]) -> list[str]:
        return [half for value in values for half in (halves if value == "0.0.0.0/0" else [value])]

    return _each_condition(case, change)


def _literal_star(case: Case) -> Case:
    """Replace ${*} with * for operators without wildcards, to which both mean the same."""

    def change(operator: str, key: str, values: list[str]) -> list[str]:
        return [value.replace("${*}", "*") if "Equals" in operator else value for value in values]

    return _each_condition(case, change)


def _not_resource_with_unresolved_variable(case: Case) -> Case:
    """Remove statements whose NotResource has a variable without a value in the request."""

    def change(statement: Statement) -> Statement | None:
        has_variable = "${aws:PrincipalTag/unit}" in str(statement.get("NotResource"))
        return None if has_variable and "aws:PrincipalTag/unit" not in case.keys else statement

    return _each(case, change)


def _session_as_principal(case: Case) -> Case:
    """Leave only the permissions of the resource policy, which bypass a boundary only for the session itself."""

    def denials(statements: Statements | None) -> Statements:
        return tuple(statement for statement in statements or () if statement["Effect"] == "Deny")

    if case.session is None:
        return case
    return replace(
        case,
        identity=denials(case.identity),
        boundary=(ALLOW_ELSEWHERE, *denials(case.boundary)),
        session=(EVERYTHING, *denials(case.session)),
    )


EXPLAINED = (
    Difference(
        "ForAnyValue with IfExists is true when the key is absent; iam-simulate ignores IfExists",
        "ours",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IfExists",
        _absent_key_that_may_be_absent,
    ),
    Difference(
        "NotIpAddress is true for an address of the other family; iam-simulate takes it for no address",
        "ours",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _other_family_of_addresses,
    ),
    Difference(
        "0.0.0.0/0 contains every IPv4 address; in iam-simulate it contains none",
        "ours",
        GUIDE + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _every_address,
    ),
    Difference(
        "${*} is the character * in every string operator; iam-simulate does not replace it in some",
        "ours",
        GUIDE + "reference_policies_variables.html#policy-vars-specialchars",
        _literal_star,
    ),
    Difference(
        "AWS may ignore a statement whose NotResource has an unresolved variable; iam-simulate ignores only some",
        "AWS leaves it open; ours ignores every such statement, Allow or Deny",
        GUIDE + "reference_policies_variables.html",
        _not_resource_with_unresolved_variable,
    ),
    Difference(
        "A session policy does not limit what a resource policy allows the session itself; in iam-simulate it does",
        "ours",
        GUIDE + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        _session_as_principal,
    ),
)
