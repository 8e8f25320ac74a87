"""What IAM knows: actions, ARNs and keys of resources from cfn-lint's copy of AWS's policy language, other keys from a
list of ours. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from generators.config.validation import did_you_mean
from generators.iam.conditions import PolicyError, matches, operator
from generators.iam.service_reference import services

# Keys of the services that our policies name; those of a resource's type stand in cfn-lint's copy.
_NAMES = """
SAML:aud aws:CurrentTime aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn aws:PrincipalOrgID
aws:PrincipalTag/* aws:RequestTag/* aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:ResourceTag/*
aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIp aws:TagKeys aws:TokenIssueTime aws:ViaAWSService
ec2:CreateAction iam:AWSServiceName iam:PassedToService iam:PermissionsBoundary kms:CallerAccount
kms:EncryptionContext* kms:GrantIsForAWSResource kms:ResourceAliases kms:ViaService s3:ExistingObjectTag/*
elasticmapreduce:ExecutionRoleArn
s3:prefix s3:x-amz-acl s3:x-amz-server-side-encryption*
sagemaker:AppNetworkAccessType sagemaker:EnableRemoteDebug sagemaker:InstanceTypes
sagemaker:InterContainerTrafficEncryption sagemaker:ModelApprovalStatus sagemaker:NetworkIsolation
sagemaker:OutputKmsKey sagemaker:OwnerUserProfileArn sagemaker:ResourceTag/* sagemaker:SpaceSharingType
sagemaker:VolumeKmsKey sagemaker:VpcSecurityGroupIds sagemaker:VpcSubnets servicecatalog:accountLevel
servicecatalog:roleLevel servicecatalog:userLevel sts:AWSServiceName sts:ExternalId sts:RoleSessionName
"""
_KEYS = _NAMES.split()


@cache
def _keys() -> tuple[str, ...]:
    """All of them; a `${TagKey}` of the copy is any tag."""
    kinds = [kind for service in services().values() for kind in service.get("Resources", {}).values()]
    hanging = {re.sub(r"\$\{.*", "*", key) for kind in kinds for key in kind.get("ConditionKeys", ())}
    return (*_KEYS, *sorted(hanging - set(_KEYS)))


def wrong_action(pattern: str) -> str:
    """Why no action is meant, "" when one is, or every one."""
    if pattern == "*":
        return ""
    service, _, name = pattern.partition(":")
    known = services().get(service)
    if known is None:
        return f"unknown service '{service}' in '{pattern}'; {did_you_mean(service, services())}"
    name, actions = name.lower(), known["Actions"]
    if name not in actions and not any(matches(name, action) for action in actions):
        return f"unknown action '{pattern}'; {did_you_mean(name, actions)}"
    return ""


def wrong_operator(name: str) -> str:
    """Why it is no condition operator, "" when it is one."""
    try:
        operator(name)
    except PolicyError as error:
        return f"{error}; write one such as StringEquals or ForAnyValue:StringLike"
    return ""


def wrong_key(name: str) -> str:
    """Why it is no condition key, "" when it is one."""
    if any(matches(known.lower(), name.lower()) for known in _keys()):
        return ""
    return f"unknown condition key '{name}'; {did_you_mean(name, _keys())}"


def wrong_arn(text: str) -> str:
    """Why nothing has such an ARN, "" when something may."""
    if text == "*":
        return ""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[5]:
        return f"'{text}' is no ARN; write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE or \"*\""
    known = services().get(parts[2])
    if known is None:
        return f"unknown service '{parts[2]}' in '{text}'; {did_you_mean(parts[2], services())}"
    kinds = sorted({form.split(":", 5)[5] for form in _forms(known)})
    if parts[5] != "*" and kinds and not any(_fits(kind, parts[5]) for kind in kinds):
        return f"'{text}' names nothing of {parts[2]}; its resources begin with {', '.join(_heads(kinds))}"
    return ""


def _forms(service: dict[str, Any]) -> Iterator[str]:
    for resource in service.get("Resources", {}).values():
        yield from resource.get("ARNFormats", ())


def _heads(kinds: list[str]) -> list[str]:
    return sorted({kind.split(".*")[0] for kind in kinds if kind.split(".*")[0]})


def _fits(kind: str, written: str) -> bool:
    """Whether the two can mean the same, as far as both say it plainly."""
    head, plain = kind.split(".*")[0], written.split("*")[0].split("$")[0]
    return head.startswith(plain) or plain.startswith(head)
