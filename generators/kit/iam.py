"""IAM policies and roles. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Ref, Sub, Template
from troposphere.iam import Policy, Role

from generators.kit.ssm_input import contract
from generators.kit.tags import tags

# These services assume a role only for resources of its own account, and send no aws:SourceAccount.
_SAME_ACCOUNT = ("ec2", "lambda")


def policy_document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: list[str], resources: list[Any], **condition: Any) -> dict[str, Any]:
    """An Allow statement; conditions by operator: StringEquals={"aws:ResourceTag/team": ...}."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def role_arn(name: Any) -> Sub:
    """The ARN of a role of this account by its name or a pattern of names."""
    return Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}", Role=name)


def service_role(t: Template, title: str, name: Any, service: str, *statements: dict[str, Any]) -> Role:
    """A role that one AWS service may assume for this account, with the platform's permissions boundary.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    if service not in _SAME_ACCOUNT:
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    return Role(
        title,
        RoleName=name,
        AssumeRolePolicyDocument=policy_document(trust),
        PermissionsBoundary=contract(t, "spoke", "permissions_boundary_arn"),
        Policies=[Policy(PolicyName="permissions", PolicyDocument=policy_document(*statements))],
        Tags=tags(t),
    )
