"""The decision of all policies that apply to a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

import json
from typing import Any

import pytest

from generators.iam.authorization import Policies, authorize
from generators.iam.evaluation import AuthorizationRequest, Context, PolicyError

ACCOUNT, ROLE = "111122223333", "arn:aws:iam::111122223333:role/lead"
REQUEST = AuthorizationRequest("s3:GetObject", "arn:aws:s3:::data/x", Context(), {"AWS": (ROLE,)}, ACCOUNT)


def policy(effect: str, action: str = "s3:GetObject", **more: Any) -> tuple[str, ...]:
    statement = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return (json.dumps({"Version": "2012-10-17", "Statement": [statement]}),)


YES, NO, OTHER = policy("Allow"), policy("Deny"), policy("Allow", "logs:*")
BY_NAME = policy("Allow", Principal={"AWS": ROLE})
BY_ACCOUNT = policy("Allow", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
OTHER_ACCOUNT = policy("Allow", Principal={"AWS": "arn:aws:iam::999988887777:root"})
DENY_ALL = policy("Deny", Principal="*")
NO_SCP = "because no service control policy allows"
NO_BOUNDARY = "because no permissions boundary"
NO_IDENTITY = "because no identity-based policy allows"
NO_RESOURCE = "because no resource-based policy allows"

CASES: dict[str, tuple[dict[str, Any], bool, str]] = {
    "no policy allows": ({}, False, "because no identity-based policy allows the s3:GetObject action"),
    "the identity allows": ({"identity": YES}, True, ""),
    "a deny beats an allow": ({"identity": YES + NO}, False, "with an explicit deny in an identity-based policy"),
    "a boundary that allows": ({"identity": YES, "boundary": YES}, True, ""),
    "a boundary grants nothing": ({"boundary": YES}, False, NO_IDENTITY),
    "a boundary that is silent": ({"identity": YES, "boundary": OTHER}, False, NO_BOUNDARY),
    "an empty boundary": ({"identity": YES, "boundary": ()}, False, NO_BOUNDARY),
    "a boundary that denies": ({"identity": YES, "boundary": YES + NO}, False, "explicit deny in a permissions bound"),
    "a session that is silent": ({"identity": YES, "session": OTHER}, False, "because no session policy allows"),
    "every level must allow": ({"identity": YES, "service_control_policies": (YES, OTHER)}, False, NO_SCP),
    "all levels allow": ({"identity": YES, "service_control_policies": (YES, YES)}, True, ""),
    "a level denies": (
        {"identity": YES, "service_control_policies": (YES, YES + NO)},
        False,
        "explicit deny in a service control policy",
    ),
    "a service control policy grants nothing": ({"service_control_policies": (YES,)}, False, NO_IDENTITY),
    "the resource names the caller": ({"resource": BY_NAME}, True, ""),
    "the resource names the account": ({"resource": BY_ACCOUNT}, False, "because no identity-based policy"),
    "the resource denies": ({"identity": YES, "resource": DENY_ALL}, False, "deny in a resource-based"),
    "the resource names others": ({"identity": YES, "resource": OTHER_ACCOUNT}, True, ""),
    "naming the role does not bypass a boundary": ({"boundary": OTHER, "resource": BY_NAME}, False, NO_BOUNDARY),
    "naming the role does not bypass a service control policy": (
        {"service_control_policies": (OTHER,), "resource": BY_NAME},
        False,
        "because no service control",
    ),
    "cross-account, only the identity": ({"identity": YES, "cross_account": True}, False, NO_RESOURCE),
    "cross-account, only the resource": ({"resource": BY_NAME, "cross_account": True}, False, NO_IDENTITY),
    "cross-account, both": ({"identity": YES, "resource": BY_ACCOUNT, "cross_account": True}, True, ""),
    "a required resource policy, only the identity": (
        {"identity": YES, "requires_resource_policy": True},
        False,
        NO_RESOURCE,
    ),
    "a required resource policy names others": (
        {"identity": YES, "resource": OTHER_ACCOUNT, "requires_resource_policy": True},
        False,
        NO_RESOURCE,
    ),
    "a required resource policy, the account and the identity": (
        {"identity": YES, "resource": BY_ACCOUNT, "requires_resource_policy": True},
        True,
        "",
    ),
    "a required resource policy names the role": ({"resource": BY_NAME, "requires_resource_policy": True}, True, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_all_policies_together(name: str) -> None:
    policies, allowed, reason = CASES[name]
    verdict = authorize(REQUEST, Policies(**policies))
    assert (verdict.allowed, reason in verdict.reason) == (allowed, True), verdict
    assert bool(verdict.reason) is not allowed


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Conditions": {}}},
        {"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "NotResource": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Principal": {"Person": "*"}}},
        {"Version": "2026-01-01", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
        {"Rules": [], "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    ],
)
def test_what_iam_does_not_know_is_an_error_in_any_policy(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        authorize(REQUEST, Policies(identity=NO, resource=(json.dumps(document),)))
