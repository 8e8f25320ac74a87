"""All policies of a request together, one case a line.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

import json
from typing import Any

import pytest

from generators.iam.authorization import Policies, authorize
from generators.iam.evaluation import AuthorizationRequest, Context, PolicyError

ACCOUNT, ROLE = "111122223333", "arn:aws:iam::111122223333:role/lead"
QUESTION = AuthorizationRequest("s3:GetObject", "arn:aws:s3:::data/x", Context(), {"AWS": (ROLE,)}, ACCOUNT)


def policy(effect: str, action: str = "s3:GetObject", **more: Any) -> tuple[str, ...]:
    statement = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return (json.dumps({"Version": "2012-10-17", "Statement": [statement]}),)


YES, NO, OTHER = policy("Allow"), policy("Deny"), policy("Allow", "logs:*")
BY_NAME = policy("Allow", Principal={"AWS": ROLE})
BY_ACCOUNT = policy("Allow", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
STRANGER = policy("Allow", Principal={"AWS": "arn:aws:iam::999988887777:root"})

CASES: dict[str, tuple[Policies, bool, str]] = {
    "nobody allows": (Policies(), False, "because no identity-based policy allows the s3:GetObject action"),
    "the identity allows": (Policies(identity=YES), True, ""),
    "a deny beats an allow": (Policies(identity=YES + NO), False, "with an explicit deny in an identity-based policy"),
    "a boundary that allows": (Policies(identity=YES, boundary=YES), True, ""),
    "a boundary grants nothing": (Policies(boundary=YES), False, "because no identity-based policy allows"),
    "a boundary that is silent": (Policies(identity=YES, boundary=OTHER), False, "because no permissions boundary"),
    "an empty boundary": (Policies(identity=YES, boundary=()), False, "because no permissions boundary"),
    "a boundary that denies": (
        Policies(identity=YES, boundary=YES + NO),
        False,
        "explicit deny in a permissions bound",
    ),
    "a session that is silent": (Policies(identity=YES, session=OTHER), False, "because no session policy allows"),
    "every level must allow": (Policies(YES, control=(YES, OTHER)), False, "because no service control policy allows"),
    "all levels allow": (Policies(YES, control=(YES, YES)), True, ""),
    "a level denies": (Policies(YES, control=(YES, YES + NO)), False, "explicit deny in a service control policy"),
    "a control policy grants nothing": (Policies(control=(YES,)), False, "because no identity-based policy allows"),
    "the resource names the caller": (Policies(resource=BY_NAME), True, ""),
    "the resource names the account": (Policies(resource=BY_ACCOUNT), False, "because no identity-based policy"),
    "the resource denies": (Policies(YES, resource=policy("Deny", Principal="*")), False, "deny in a resource-based"),
    "the resource names others": (Policies(YES, resource=STRANGER), True, ""),
    "naming does not lift a boundary": (
        Policies(boundary=OTHER, resource=BY_NAME),
        False,
        "because no permissions bou",
    ),
    "naming does not lift a control": (
        Policies(control=(OTHER,), resource=BY_NAME),
        False,
        "because no service control",
    ),
    "foreign, only the identity": (Policies(YES, foreign=True), False, "because no resource-based policy allows"),
    "foreign, only the resource": (Policies(resource=BY_NAME, foreign=True), False, "because no identity-based policy"),
    "foreign, both": (Policies(YES, resource=BY_ACCOUNT, foreign=True), True, ""),
    "guarded, only the identity": (Policies(YES, guarded=True), False, "because no resource-based policy allows"),
    "guarded, names others": (
        Policies(YES, resource=STRANGER, guarded=True),
        False,
        "because no resource-based policy",
    ),
    "guarded, the account and the identity": (Policies(YES, resource=BY_ACCOUNT, guarded=True), True, ""),
    "guarded, by name": (Policies(resource=BY_NAME, guarded=True), True, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_all_policies_together(name: str) -> None:
    policies, allowed, why = CASES[name]
    verdict = authorize(QUESTION, policies)
    assert (verdict.allowed, why in verdict.why) == (allowed, True), verdict
    assert bool(verdict.why) is not allowed


@pytest.mark.parametrize(
    "wrong",
    [
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Conditions": {}}},
        {"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "NotResource": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Principal": {"Person": "*"}}},
        {"Version": "2026-01-01", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
        {"Rules": [], "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    ],
)
def test_what_iam_does_not_know_is_an_error_wherever_it_stands(wrong: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        authorize(QUESTION, Policies(identity=NO, resource=(json.dumps(wrong),)))
