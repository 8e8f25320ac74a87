"""Policies and roles. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Ref, Sub, Template
from troposphere.iam import Policy, Role

from generators.kit.ssm_input import contract
from generators.kit.tags import tags

# They take a role only for what runs in the role's own account, and send no account that a condition could ask for.
_BOUND = ("ec2", "lambda")


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: list[str], resources: list[Any], **condition: Any) -> dict[str, Any]:
    """A statement that allows; conditions by operator: StringEquals={"aws:ResourceTag/team": ...}."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def role_arn(name: Any) -> Sub:
    """The ARN of a role of this account by its name, or a pattern of such."""
    return Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}", Role=name)


def service_role(t: Template, title: str, name: Any, service: str, *statements: dict[str, Any]) -> Role:
    """A role that one AWS service may take on behalf of this account only, under the platform's boundary.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    if service not in _BOUND:
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    return Role(
        title,
        RoleName=name,
        AssumeRolePolicyDocument=document(trust),
        PermissionsBoundary=contract(t, "spoke", "permissions_boundary_arn"),
        Policies=[Policy(PolicyName="permissions", PolicyDocument=document(*statements))],
        Tags=tags(t),
    )
