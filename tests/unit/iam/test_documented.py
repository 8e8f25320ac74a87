"""Rules that AWS documents in a sentence, and that a comparison with an independent evaluator showed missing."""

import json
from typing import Any

import pytest

from generators.iam.authorization import Policies, authorize
from generators.iam.evaluation import AuthorizationRequest, Context, Decision, PolicyError, decide

ACCOUNT, ARN = "111122223333", "arn:aws:s3:::data/a/x.csv"
ROLE, SESSION = f"arn:aws:iam::{ACCOUNT}:role/lead", f"arn:aws:sts::{ACCOUNT}:assumed-role/lead/alice"
USER, ROOT = f"arn:aws:iam::{ACCOUNT}:user/ops", f"arn:aws:iam::{ACCOUNT}:root"
NAMES = {SESSION: (SESSION, ROLE, "AROAEXAMPLE"), USER: (USER,)}


def policy(effect: str = "Allow", version: str = "2012-10-17", **more: Any) -> tuple[str, ...]:
    statement = {"Effect": effect, "Action": "*", "Resource": "*", **more}
    if "NotResource" in more:
        del statement["Resource"]
    return (json.dumps({"Version": version, "Statement": statement}),)


ELSEWHERE = policy(Action="logs:*")


def request(caller: str = SESSION, resource: str = ARN, **context: str | tuple[str, ...]) -> AuthorizationRequest:
    keys = {f"aws:{key}": value if isinstance(value, tuple) else (value,) for key, value in context.items()}
    return AuthorizationRequest("s3:GetObject", resource, Context(keys), {"AWS": NAMES[caller]}, ACCOUNT)


@pytest.mark.parametrize(
    ("caller", "principal", "past_boundary", "past_session"),
    [
        # caller, principal of the bucket policy -> allowed despite a silent boundary, a silent session policy?
        (SESSION, SESSION, True, True),
        (SESSION, "*", True, True),
        (SESSION, [ROLE, SESSION], True, True),
        (SESSION, ROLE, False, False),
        (SESSION, "AROAEXAMPLE", False, False),
        (SESSION, ROOT, False, False),
        (USER, USER, True, None),
        (USER, "*", True, None),
        (USER, ROOT, False, None),
    ],
)
def test_only_naming_the_session_or_user_bypasses_a_silent_boundary(
    caller: str, principal: Any, past_boundary: bool, past_session: bool | None
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"""
    shared = policy(Principal={"AWS": principal})
    for kind, expected in (("boundary", past_boundary), ("session", past_session)):
        if expected is not None:
            policies = Policies(resource=shared, **{kind: ELSEWHERE})
            assert authorize(request(caller), policies).allowed is expected, kind


@pytest.mark.parametrize("kind", ["boundary", "session", "identity", "service_control_policies"])
def test_an_explicit_deny_wins_over_a_resource_policy_that_names_the_session(kind: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"""
    deny: Any = (policy("Deny"),) if kind == "service_control_policies" else policy("Deny")
    verdict = authorize(request(), Policies(resource=policy(Principal={"AWS": SESSION}), **{kind: deny}))
    assert not verdict.allowed
    assert "explicit deny" in verdict.reason


def test_naming_the_session_bypasses_neither_a_service_control_policy_nor_a_boundary_of_another_account() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"""
    shared = policy(Principal={"AWS": SESSION})
    assert not authorize(request(), Policies(policy(), service_control_policies=(ELSEWHERE,), resource=shared)).allowed
    assert not authorize(request(), Policies(policy(), boundary=ELSEWHERE, resource=shared, cross_account=True)).allowed


@pytest.mark.parametrize(("boundary", "allowed"), [(None, True), (policy(), False)])
def test_deny_with_not_principal_denies_a_caller_with_a_boundary(boundary: tuple[str, ...], allowed: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"""
    excluding = policy("Deny", NotPrincipal={"AWS": [SESSION, ROLE, ROOT]})
    verdict = authorize(request(), Policies(policy(), boundary, resource=excluding))
    assert verdict.allowed is allowed
    assert ("explicit deny" in verdict.reason) is not allowed


def test_not_principal_is_for_deny_only() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"""
    with pytest.raises(PolicyError, match="NotPrincipal"):
        authorize(request(), Policies(policy(), resource=policy(NotPrincipal={"AWS": ROOT})))


@pytest.mark.parametrize(
    ("pattern", "resource", "unit", "allowed"),
    [
        ("arn:aws:s3:::data/${*}/*", "arn:aws:s3:::data/*/x", "a", True),
        ("arn:aws:s3:::data/${*}/*", "arn:aws:s3:::data/a/x", "a", False),
        ("arn:aws:s3:::data/${?}", "arn:aws:s3:::data/?", "a", True),
        ("arn:aws:s3:::data/${?}", "arn:aws:s3:::data/a", "a", False),
        ("arn:aws:s3:::data/${aws:unit}/*", "arn:aws:s3:::data/*/x", "*", True),
        ("arn:aws:s3:::data/${aws:unit}/*", "arn:aws:s3:::data/a/x", "*", False),
        ("arn:aws:s3:::data/${aws:unit}/*", "arn:aws:s3:::data/a/x", ("a", "b"), False),
    ],
)
def test_a_variable_never_becomes_a_wildcard(pattern: str, resource: str, unit: Any, allowed: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars

    A tag with the value * matches nothing else.
    """
    assert authorize(request(resource=resource, unit=unit), Policies(policy(Resource=pattern))).allowed is allowed


@pytest.mark.parametrize(
    ("operator", "value", "unit", "expected"),
    [
        ("StringEquals", "${*}", "*", True),
        ("StringNotEquals", "${*}", "*", False),
        ("StringEqualsIgnoreCase", "A${?}", "a?", True),
        ("StringLike", "${*}-*", "*-b", True),
        ("StringLike", "${*}-*", "a-b", False),
        ("StringLike", "${aws:team}", "anything", False),
        ("ArnLike", "arn:aws:iam::1:role/${aws:team}", "arn:aws:iam::1:role/lead", False),
    ],
)
def test_a_variable_in_a_condition_is_literal_too(operator: str, value: str, unit: str, expected: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars"""
    condition = {operator: {"aws:unit": value}}
    assert authorize(request(unit=unit, team="*"), Policies(policy(Condition=condition))).allowed is expected


@pytest.mark.parametrize(("version", "allowed"), [("2012-10-17", True), ("2008-10-17", False)])
def test_only_the_newer_version_has_variables(version: str, allowed: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""
    document = policy(version=version, Resource="arn:aws:s3:::data/${aws:unit}/*")
    assert authorize(request(unit="a"), Policies(document)).allowed is allowed
    condition = policy(version=version, Condition={"StringEquals": {"aws:team": "${aws:unit}"}})
    assert authorize(request(unit="a", team="a"), Policies(condition)).allowed is allowed


def test_a_policy_without_a_version_has_the_older_one() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::data/${aws:unit}/*"}
    assert decide([json.dumps({"Statement": statement})], request(unit="a")) is Decision.IMPLICIT_DENY


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize(
    "element",
    [
        {"NotResource": "arn:aws:s3:::data/${aws:unit}/*"},
        {"Condition": {"StringNotEquals": {"aws:team": "${aws:unit}"}}},
        {"Condition": {"ForAllValues:StringNotLike": {"aws:team": "${aws:unit}"}}},
    ],
)
def test_a_statement_that_excludes_a_missing_value_does_not_apply(effect: str, element: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

    A variable without a value may make AWS ignore the whole statement.
    """
    document = policy(effect, **element)
    assert decide(document, request(team="a")) is Decision.IMPLICIT_DENY
    assert decide(document, request(team="a", unit="b")) is not Decision.IMPLICIT_DENY


@pytest.mark.parametrize("operator", ["NumericEquals", "DateLessThan", "Bool", "IpAddress", "BinaryEquals", "Null"])
def test_only_string_and_arn_operators_take_variables(operator: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse"""
    with pytest.raises(PolicyError, match="variable"):
        decide(policy(Condition={operator: {"aws:unit": "${aws:team}"}}), request(unit="1", team="1"))


@pytest.mark.parametrize(
    ("operator", "network", "address", "expected"),
    [
        ("IpAddress", "0.0.0.0/0", "10.1.2.3", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("NotIpAddress", "10.0.0.0/8", "2001:db8::1", True),
        ("NotIpAddress", "2001:db8::/32", "2001:db8::1", False),
    ],
)
def test_ip_conditions_with_both_address_families(operator: str, network: str, address: str, expected: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress"""
    document = policy(Condition={operator: {"aws:SourceIp": network}})
    request = AuthorizationRequest("s3:GetObject", ARN, Context({"aws:sourceip": (address,)}))
    assert authorize(request, Policies(document)).allowed is expected
