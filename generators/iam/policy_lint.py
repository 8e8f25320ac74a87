"""Problems of a policy's actions, operators, condition keys and ARNs: names that IAM does not have. Pure.

Actions, ARNs and the keys of resource types come from cfn-lint's copy of AWS's reference, other keys from this file.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from generators.errors import did_you_mean
from generators.iam.conditions import PolicyError, matches, operator
from generators.iam.service_reference import services

# Condition keys in our policies that cfn-lint's copy does not list with a resource type.
_OTHER_KEYS = """
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
sagemaker:TaggingAction sagemaker:VolumeKmsKey sagemaker:VpcSecurityGroupIds sagemaker:VpcSubnets
servicecatalog:accountLevel servicecatalog:roleLevel servicecatalog:userLevel
sts:AWSServiceName sts:ExternalId sts:RoleSessionName
"""
_KEYS = _OTHER_KEYS.split()


@cache
def _keys() -> tuple[str, ...]:
    """All condition keys; `${TagKey}` in the copy becomes `*`."""
    resource_types = [entry for service in services().values() for entry in service.get("Resources", {}).values()]
    keys = {re.sub(r"\$\{.*", "*", key) for entry in resource_types for key in entry.get("ConditionKeys", ())}
    return (*_KEYS, *sorted(keys - set(_KEYS)))


def action_problem(pattern: str) -> str:
    """The problem of an action pattern that matches no action, else ""."""
    if pattern == "*":
        return ""
    service, _, name = pattern.partition(":")
    reference = services().get(service)
    if reference is None:
        return f"unknown service '{service}' in '{pattern}'; {did_you_mean(service, services())}"
    name, actions = name.lower(), reference["Actions"]
    if name not in actions and not any(matches(name, action) for action in actions):
        return f"unknown action '{pattern}'; {did_you_mean(name, actions)}"
    return ""


def operator_problem(name: str) -> str:
    """The problem of a name that is no condition operator, else ""."""
    try:
        operator(name)
    except PolicyError as error:
        return f"{error}; write one such as StringEquals or ForAnyValue:StringLike"
    return ""


def condition_key_problem(name: str) -> str:
    """The problem of a name that is no condition key, else ""."""
    if any(matches(key.lower(), name.lower()) for key in _keys()):
        return ""
    return f"unknown condition key '{name}'; {did_you_mean(name, _keys())}"


def arn_problem(text: str) -> str:
    """The problem of a pattern that matches the ARN of no resource, else ""."""
    if text == "*":
        return ""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[5]:
        return f"'{text}' is no ARN; write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE or \"*\""
    reference = services().get(parts[2])
    if reference is None:
        return f"unknown service '{parts[2]}' in '{text}'; {did_you_mean(parts[2], services())}"
    formats = sorted({arn_format.split(":", 5)[5] for arn_format in _arn_formats(reference)})
    if parts[5] != "*" and formats and not any(_may_match(resource, parts[5]) for resource in formats):
        return f"'{text}' names nothing of {parts[2]}; its resources begin with {', '.join(_prefixes(formats))}"
    return ""


def _arn_formats(service: dict[str, Any]) -> Iterator[str]:
    for resource in service.get("Resources", {}).values():
        yield from resource.get("ARNFormats", ())


def _prefixes(formats: list[str]) -> list[str]:
    return sorted({resource.split(".*")[0] for resource in formats} - {""})


def _may_match(resource_format: str, pattern: str) -> bool:
    """Whether a pattern can match an ARN of the format, judged by the text before the first wildcard or variable."""
    prefix, literal = resource_format.split(".*")[0], pattern.split("*")[0].split("$")[0]
    return prefix.startswith(literal) or literal.startswith(prefix)
