"""The evaluator: one case a line. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"""

import json
from typing import Any

import pytest

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, PolicyError, decide

ARN = "arn:aws:s3:::data/a/b.csv"
ALLOW, DENY, NONE, DIRECT = Decision.ALLOW, Decision.DENY, Decision.NONE, Decision.DIRECT


def policy(effect: str = "Allow", **more: Any) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": "*", "Resource": "*", **more}}
    )


def ask(document: str, action: str = "s3:GetObject", resource: str | None = ARN, **values: Any) -> Decision:
    """NONE, DENY or ALLOW; values are condition keys with __ for the colon."""
    keys = {key.replace("__", ":"): value if isinstance(value, tuple) else (value,) for key, value in values.items()}
    known = Context(keys, lambda key: not key.startswith("never:"))
    answer = decide([document], AuthorizationRequest(action, resource, known))
    return ALLOW if answer is DIRECT else answer


@pytest.mark.parametrize(
    ("elements", "action", "expected"),
    [
        ({"Action": "s3:GetObject"}, "s3:GetObject", ALLOW),
        ({"Action": "S3:getobject"}, "s3:GetObject", ALLOW),
        ({"Action": ["s3:Put*", "s3:Get*"]}, "s3:GetObject", ALLOW),
        ({"Action": "s3:Get?bject"}, "s3:GetObject", ALLOW),
        ({"Action": "s3:Get"}, "s3:GetObject", NONE),
        ({"Resource": "arn:aws:s3:::data/*"}, "s3:GetObject", ALLOW),
        ({"Resource": "arn:aws:s3:::data"}, "s3:GetObject", NONE),
        ({"Resource": "arn:aws:s3:::DATA/*"}, "s3:GetObject", NONE),
    ],
)
def test_actions_ignore_case_and_resources_do_not(elements: dict[str, Any], action: str, expected: Decision) -> None:
    assert ask(policy(**elements), action) is expected


@pytest.mark.parametrize(("action", "expected"), [("iam:CreateUser", NONE), ("s3:GetObject", ALLOW)])
def test_not_action_is_everything_else(action: str, expected: Decision) -> None:
    document = json.dumps({"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]})
    assert ask(document, action) is expected


@pytest.mark.parametrize(("resource", "expected"), [(ARN, NONE), ("arn:aws:s3:::other/x", DENY)])
def test_not_resource_is_every_other_resource(resource: str, expected: Decision) -> None:
    document = json.dumps({"Statement": [{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::data/*"}]})
    assert ask(document, resource=resource) is expected


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    documents = [policy("Deny", Action="s3:GetObject"), policy()]
    question = AuthorizationRequest("s3:GetObject", ARN)
    assert [decide(order, question) for order in (documents, documents[::-1])] == [DENY, DENY]


def test_an_unknown_resource_allows_but_does_not_deny() -> None:
    some = "arn:aws:s3:::data/*"
    assert ask(policy(Resource=some), resource=None) is ALLOW
    assert ask(policy("Deny", Resource=some), resource=None) is NONE


def test_a_condition_key_that_nobody_computes_allows_but_does_not_deny() -> None:
    condition = {"StringEquals": {"never:known": "x"}}
    assert ask(policy(Condition=condition)) is ALLOW
    assert ask(policy("Deny", Condition=condition)) is NONE


CONDITIONS: list[tuple[str, str, Any, Any, bool]] = [
    # operator, key, the policy's value, the request's value (None: absent), does it hold
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


@pytest.mark.parametrize(("operator", "key", "wanted", "given", "holds"), CONDITIONS)
def test_condition(operator: str, key: str, wanted: Any, given: Any, holds: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    values = {} if given is None else {key: given}
    assert ask(policy(Condition={operator: {key: wanted}}), **values) is (ALLOW if holds else NONE)


def test_condition_keys_ignore_case_and_all_lines_must_hold() -> None:
    document = policy(Condition={"StringEquals": {"AWS:K": "a", "aws:l": "b"}})
    assert ask(document, aws__k="a", aws__l="b") is ALLOW
    assert ask(document, aws__k="a", aws__l="c") is NONE


@pytest.mark.parametrize(
    ("pattern", "values", "expected"),
    [
        ("arn:aws:s3:::data/${aws:team}/*", {"aws:team": "a"}, ALLOW),
        ("arn:aws:s3:::data/${aws:team}/*", {"aws:team": "z"}, NONE),
        ("arn:aws:s3:::data/${aws:team}/*", {}, NONE),
        ("arn:aws:s3:::data/${aws:team, 'a'}/*", {}, ALLOW),
        ("arn:aws:s3:::data/${never:known}/*", {}, ALLOW),
    ],
)
def test_policy_variable_in_a_resource(pattern: str, values: dict[str, str], expected: Decision) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    assert ask(policy(Resource=pattern), **values) is expected


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
def test_what_is_no_policy_is_refused(document: str) -> None:
    with pytest.raises(PolicyError):
        ask(document)


ROLE, SESSION = "arn:aws:iam::111122223333:role/lead", "arn:aws:sts::111122223333:assumed-role/lead/x"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", DIRECT),
        ({"AWS": "*"}, DIRECT),
        ({"AWS": ROLE}, DIRECT),
        ({"AWS": [SESSION, "arn:aws:iam::1:root"]}, DIRECT),
        ({"AWS": "arn:aws:iam::111122223333:root"}, ALLOW),
        ({"AWS": "111122223333"}, ALLOW),
        ({"AWS": "arn:aws:iam::444455556666:root"}, NONE),
        ({"Service": "sagemaker.amazonaws.com"}, NONE),
    ],
)
def test_a_principal_is_named_itself_or_by_its_account(principal: Any, expected: Decision) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    question = AuthorizationRequest("s3:GetObject", ARN, Context(), {"AWS": (ROLE, SESSION)}, "111122223333")
    assert decide([policy(Principal=principal)], question) is expected
