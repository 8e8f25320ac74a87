"""The evaluation of one request against policies. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"""

import json
from typing import Any

import pytest

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, PolicyError, decide

ARN = "arn:aws:s3:::data/a/b.csv"
ALLOW, DENY = Decision.ALLOW, Decision.DENY
IMPLICIT_DENY, ALLOW_PRINCIPAL = Decision.IMPLICIT_DENY, Decision.ALLOW_PRINCIPAL


def policy(effect: str = "Allow", **more: Any) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": "*", "Resource": "*", **more}}
    )


def decision(document: str, action: str = "s3:GetObject", resource: str | None = ARN, **values: Any) -> Decision:
    """IMPLICIT_DENY, DENY or ALLOW; values are condition keys with __ for the colon."""
    keys = {key.replace("__", ":"): value if isinstance(value, tuple) else (value,) for key, value in values.items()}
    context = Context(keys, lambda key: not key.startswith("never:"))
    result = decide([document], AuthorizationRequest(action, resource, context))
    return ALLOW if result is ALLOW_PRINCIPAL else result


@pytest.mark.parametrize(
    ("elements", "action", "expected"),
    [
        ({"Action": "s3:GetObject"}, "s3:GetObject", ALLOW),
        ({"Action": "S3:getobject"}, "s3:GetObject", ALLOW),
        ({"Action": ["s3:Put*", "s3:Get*"]}, "s3:GetObject", ALLOW),
        ({"Action": "s3:Get?bject"}, "s3:GetObject", ALLOW),
        ({"Action": "s3:Get"}, "s3:GetObject", IMPLICIT_DENY),
        ({"Resource": "arn:aws:s3:::data/*"}, "s3:GetObject", ALLOW),
        ({"Resource": "arn:aws:s3:::data"}, "s3:GetObject", IMPLICIT_DENY),
        ({"Resource": "arn:aws:s3:::DATA/*"}, "s3:GetObject", IMPLICIT_DENY),
    ],
)
def test_actions_ignore_case_and_resources_do_not(elements: dict[str, Any], action: str, expected: Decision) -> None:
    assert decision(policy(**elements), action) is expected


@pytest.mark.parametrize(("action", "expected"), [("iam:CreateUser", IMPLICIT_DENY), ("s3:GetObject", ALLOW)])
def test_not_action_is_everything_else(action: str, expected: Decision) -> None:
    document = json.dumps({"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]})
    assert decision(document, action) is expected


@pytest.mark.parametrize(("resource", "expected"), [(ARN, IMPLICIT_DENY), ("arn:aws:s3:::other/x", DENY)])
def test_not_resource_is_every_other_resource(resource: str, expected: Decision) -> None:
    document = json.dumps({"Statement": [{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::data/*"}]})
    assert decision(document, resource=resource) is expected


def test_an_explicit_deny_wins_in_any_order() -> None:
    documents = [policy("Deny", Action="s3:GetObject"), policy()]
    request = AuthorizationRequest("s3:GetObject", ARN)
    assert [decide(order, request) for order in (documents, documents[::-1])] == [DENY, DENY]


def test_an_unknown_resource_allows_but_does_not_deny() -> None:
    pattern = "arn:aws:s3:::data/*"
    assert decision(policy(Resource=pattern), resource=None) is ALLOW
    assert decision(policy("Deny", Resource=pattern), resource=None) is IMPLICIT_DENY


def test_an_unknown_condition_key_allows_but_does_not_deny() -> None:
    condition = {"StringEquals": {"never:known": "x"}}
    assert decision(policy(Condition=condition)) is ALLOW
    assert decision(policy("Deny", Condition=condition)) is IMPLICIT_DENY


CONDITIONS: list[tuple[str, str, Any, Any, bool]] = [
    # operator, key, the policy's value, the request's value (None: absent), does it match
    ("StringEquals", "aws:k", "a", "a", True),
    ("StringEquals", "aws:k", ["a", "b"], "b", True),
    ("StringEquals", "aws:k", "a", "A", False),
    ("StringEquals", "aws:k", "a", None, False),
    ("StringEqualsIfExists", "aws:k", "a", None, True),
    ("StringEqualsIfExists", "aws:k", "a", "b", False),
    ("StringNotEquals", "aws:k", "a", "b", True),
    ("StringNotEquals", "aws:k", ["a", "b"], "b", False),
    ("StringNotEquals", "aws:k", "a", None, True),
    ("StringEqualsIgnoreCase", "aws:k", "a", "A", True),
    ("StringNotEqualsIgnoreCase", "aws:k", "a", "A", False),
    ("StringLike", "aws:k", "team-*", "team-a", True),
    ("StringLike", "aws:k", "team-?", "team-ab", False),
    ("StringNotLike", "aws:k", "team-*", "team-a", False),
    ("NumericLessThan", "aws:k", "10", "9", True),
    ("NumericLessThan", "aws:k", 10, "10", False),
    ("NumericLessThanEquals", "aws:k", "10", "10", True),
    ("NumericGreaterThan", "aws:k", "10", "9", False),
    ("NumericGreaterThanEquals", "aws:k", "10", "10.0", True),
    ("NumericEquals", "aws:k", "10", "10.0", True),
    ("NumericNotEquals", "aws:k", "10", "11", True),
    ("NumericEquals", "aws:k", "10", "ten", False),
    ("DateGreaterThan", "aws:k", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", True),
    ("DateLessThan", "aws:k", "2026-01-01", "2026-01-02T00:00:00Z", False),
    ("DateLessThanEquals", "aws:k", "2026-01-01T00:00:00Z", "1767225600", True),
    ("Bool", "aws:k", "false", "true", False),
    ("Bool", "aws:k", True, "true", True),
    ("BoolIfExists", "aws:k", "false", None, True),
    ("IpAddress", "aws:k", "10.0.0.0/8", "10.1.2.3", True),
    ("NotIpAddress", "aws:k", "10.0.0.0/8", "10.1.2.3", False),
    ("ArnLike", "aws:k", "arn:aws:iam::*:role/lead-*", "arn:aws:iam::111122223333:role/lead-a", True),
    ("ArnLike", "aws:k", "arn:*:role/lead", "arn:aws:iam::111122223333:role/lead", False),
    ("ArnNotEquals", "aws:k", "arn:aws:iam::1:role/a", "arn:aws:iam::1:role/a", False),
    ("Null", "aws:k", "true", None, True),
    ("Null", "aws:k", "true", "x", False),
    ("Null", "aws:k", "false", "x", True),
    ("ForAnyValue:StringEquals", "aws:k", ["a", "b"], ("b", "z"), True),
    ("ForAnyValue:StringEquals", "aws:k", ["a", "b"], ("y", "z"), False),
    ("ForAnyValue:StringEquals", "aws:k", ["a", "b"], None, False),
    ("ForAllValues:StringEquals", "aws:k", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", "aws:k", ["a", "b"], ("a", "z"), False),
    ("ForAllValues:StringEquals", "aws:k", ["a", "b"], None, True),
    ("ForAnyValue:StringNotEquals", "aws:k", ["a"], ("a", "z"), True),
    ("ForAnyValue:StringLikeIfExists", "aws:k", ["a*"], None, True),
]


@pytest.mark.parametrize(("operator", "key", "policy_value", "request_value", "matches"), CONDITIONS)
def test_condition(operator: str, key: str, policy_value: Any, request_value: Any, matches: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    values = {} if request_value is None else {key: request_value}
    assert decision(policy(Condition={operator: {key: policy_value}}), **values) is (
        ALLOW if matches else IMPLICIT_DENY
    )


def test_condition_keys_ignore_case_and_all_conditions_must_match() -> None:
    document = policy(Condition={"StringEquals": {"AWS:K": "a", "aws:l": "b"}})
    assert decision(document, aws__k="a", aws__l="b") is ALLOW
    assert decision(document, aws__k="a", aws__l="c") is IMPLICIT_DENY


@pytest.mark.parametrize(
    ("pattern", "values", "expected"),
    [
        ("arn:aws:s3:::data/${aws:team}/*", {"aws:team": "a"}, ALLOW),
        ("arn:aws:s3:::data/${aws:team}/*", {"aws:team": "z"}, IMPLICIT_DENY),
        ("arn:aws:s3:::data/${aws:team}/*", {}, IMPLICIT_DENY),
        ("arn:aws:s3:::data/${aws:team, 'a'}/*", {}, ALLOW),
        ("arn:aws:s3:::data/${never:known}/*", {}, ALLOW),
    ],
)
def test_policy_variable_in_a_resource(pattern: str, values: dict[str, str], expected: Decision) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    assert decision(policy(Resource=pattern), **values) is expected


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[]",
        "{}",
        policy("Maybe"),
        json.dumps({"Statement": {"Effect": "Allow", "Resource": "*"}}),
        policy(Condition={"StringIsh": {"a": "b"}}),
        policy(Condition={"ForSomeValue:StringEquals": {"a": "b"}}),
    ],
)
def test_an_invalid_policy_is_refused(document: str) -> None:
    with pytest.raises(PolicyError):
        decision(document)


ROLE, SESSION = "arn:aws:iam::111122223333:role/lead", "arn:aws:sts::111122223333:assumed-role/lead/x"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", ALLOW_PRINCIPAL),
        ({"AWS": "*"}, ALLOW_PRINCIPAL),
        ({"AWS": ROLE}, ALLOW_PRINCIPAL),
        ({"AWS": [SESSION, "arn:aws:iam::1:root"]}, ALLOW_PRINCIPAL),
        ({"AWS": "arn:aws:iam::111122223333:root"}, ALLOW),
        ({"AWS": "111122223333"}, ALLOW),
        ({"AWS": "arn:aws:iam::444455556666:root"}, IMPLICIT_DENY),
        ({"Service": "sagemaker.amazonaws.com"}, IMPLICIT_DENY),
    ],
)
def test_a_statement_names_the_principal_or_its_account(principal: Any, expected: Decision) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    request = AuthorizationRequest("s3:GetObject", ARN, Context(), {"AWS": (ROLE, SESSION)}, "111122223333")
    assert decide([policy(Principal=principal)], request) is expected
