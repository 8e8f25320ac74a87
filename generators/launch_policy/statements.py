"""Converts required permissions to the statements of an IAM policy, and finds those that a policy lacks. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from os.path import commonprefix
from typing import Any

from generators.cloudformation.action_scope import ConditionContext
from generators.cloudformation.handler_permissions import RequiredPermission
from generators.iam import service_reference
from generators.iam.conditions import matches
from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from generators.launch_policy.placeholders import example

# Characters of all inline policies of a role, without white space:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LIMIT = 10_240
# Condition key -> the Sid of its statement; {} is the value of the key.
_SIDS = {
    "iam:PassedToService": "PassRolesTo{}",
    "iam:AWSServiceName": "MakeServiceRoleOf{}",
    "s3:ExistingObjectTag/servicecatalog:provisioning": "FetchTheTemplate",
}
_SID_SUFFIXES = {
    "iam:PermissionsBoundary": "InsideTheBoundary",
    "aws:ResourceTag/product": "OfTheProduct",
    "aws:RequestTag/product": "TaggedAtBirth",
    "ec2:CreateAction": "TaggedAtBirth",
    "aws:ViaAWSService": "ThroughTheService",
    "kms:GrantIsForAWSResource": "LentToServices",
}


_TYPE_PREFIX = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:[a-z-]+[/:])?")  # an ARN up to its resource type
_PARTIAL_PLACEHOLDER = re.compile(r"\$\{[^}]*$")


@dataclass(frozen=True, slots=True, order=True)
class _Group:
    """Actions, resources and condition of one statement."""

    resources: tuple[str, ...]
    context: ConditionContext
    actions: tuple[str, ...]

    @property
    def service(self) -> str:
        return self.actions[0].partition(":")[0]


def document(permissions: Iterable[RequiredPermission]) -> dict[str, Any]:
    """The policy that allows exactly these permissions; the same permissions give the same bytes.

    A policy that is too long for a role names resources of one type by their common prefix.
    """
    permissions = tuple(permissions)
    exact = _document(_groups(permissions, _without_covered))
    return exact if size(exact) <= LIMIT else _document(_groups(permissions, _common_prefixes))


def _document(groups: Iterable[_Group]) -> dict[str, Any]:
    sids: set[str] = set()
    return {"Version": "2012-10-17", "Statement": [_statement(group, sids) for group in sorted(_merged(groups))]}


def text(policy: Mapping[str, Any]) -> str:
    """The policy as the text of its file."""
    return json.dumps(policy, indent=2) + "\n"


def size(policy: Mapping[str, Any]) -> int:
    """Characters that count against LIMIT."""
    return len(json.dumps(policy, separators=(",", ":")))


def difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Actions that only the first policy names, and actions that only the second one names."""
    first_actions, second_actions = _actions(first), _actions(second)
    return sorted(first_actions - second_actions), sorted(second_actions - first_actions)


def _actions(policy: Mapping[str, Any]) -> set[str]:
    elements = [statement.get("Action", []) for statement in policy["Statement"]]
    return {action for element in elements for action in ([element] if isinstance(element, str) else element)}


def missing_permissions(
    permissions: Iterable[RequiredPermission], policies: Sequence[str]
) -> tuple[RequiredPermission, ...]:
    """The permissions that the policies do not allow, with the values of an example account for the placeholders."""
    documents, denied = tuple(map(example, policies)), (Decision.IMPLICIT_DENY, Decision.DENY)
    return tuple(item for item in permissions if decide(documents, authorization_request(item)) in denied)


def authorization_request(permission: RequiredPermission) -> AuthorizationRequest:
    """CloudFormation's request: it carries the condition keys of the permission and no other."""
    values = {key.lower(): (example(value),) for _, key, value in permission.context}
    return AuthorizationRequest(permission.action, example(permission.resource), Context(values))


def _groups(permissions: Iterable[RequiredPermission], simplify: Callable[[set[str]], tuple[str, ...]]) -> list[_Group]:
    """Actions with the same resources and the same condition, together."""
    resources_of: dict[tuple[str, ConditionContext], set[str]] = {}
    for permission in permissions:
        resources_of.setdefault((permission.action, permission.context), set()).add(permission.resource)
    actions_of: dict[tuple[tuple[str, ...], ConditionContext], list[str]] = {}
    for (action, context), resources in sorted(resources_of.items()):
        actions_of.setdefault((simplify(resources), context), []).append(action)
    return [_Group(resources, context, tuple(actions)) for (resources, context), actions in sorted(actions_of.items())]


def _merged(groups: Iterable[_Group]) -> list[_Group]:
    """Groups of one service together, where no action thereby applies to more resources."""
    merged: list[_Group] = []
    for group in groups:
        index = next((index for index, other in enumerate(merged) if _can_merge(group, other)), None)
        if index is None:
            merged.append(group)
        else:
            other = merged[index]
            resources = tuple(sorted({*group.resources, *other.resources}))
            merged[index] = _Group(resources, group.context, tuple(sorted({*group.actions, *other.actions})))
    return merged


def _can_merge(group: _Group, other: _Group) -> bool:
    if group.context != other.context or "*" in (*group.resources, *other.resources) or group.service != other.service:
        return False
    return not (_would_widen(group, other) or _would_widen(other, group))


def _would_widen(group: _Group, other: _Group) -> bool:
    """Whether an action of the group can act on a resource that only the other group has."""
    added = set(other.resources) - set(group.resources)
    return any(_acts_on(action, arn) for action in group.actions for arn in added)


@cache
def _acts_on(action: str, arn: str) -> bool:
    """Whether the action supports resources with an ARN of this format."""
    service, name = action.partition(":")[0], arn.split(":", 5)[-1]
    if arn.startswith("${"):
        return True
    for resource_type in service_reference.acts_on(action) or ():
        for arn_format in service_reference.arn_forms(service, resource_type) or (":::::.*",):
            if name.startswith(arn_format.split(":", 5)[5].split(".*")[0]):
                return True
    return False


def _without_covered(resources: set[str]) -> tuple[str, ...]:
    """The patterns that no other pattern covers."""
    return tuple(
        sorted(arn for arn in resources if not any(arn != other and matches(other, arn) for other in resources))
    )


def _common_prefixes(resources: set[str]) -> tuple[str, ...]:
    """The common prefix of the names of each type, if it is longer than the type."""
    by_type: dict[str, list[str]] = {}
    for arn in sorted(resources):
        match = _TYPE_PREFIX.match(arn)
        by_type.setdefault(match[0] if match else arn, []).append(arn)
    patterns: set[str] = set()
    for type_prefix, arns in by_type.items():
        prefix = _PARTIAL_PLACEHOLDER.sub("", commonprefix(arns))  # noqa: RUF071 names, no paths
        patterns |= {f"{prefix}*"} if len(arns) > 1 and len(prefix) > len(type_prefix) else set(arns)
    return _without_covered(patterns)


def _statement(group: _Group, sids: set[str]) -> dict[str, Any]:
    base = _sid(group)
    sid = next(name for name in (base, *(f"{base}{number}" for number in range(2, 99))) if name not in sids)
    sids.add(sid)
    statement = {"Sid": sid, "Effect": "Allow", "Action": list(group.actions), "Resource": list(group.resources)}
    return statement | ({"Condition": _condition(group.context)} if group.context else {})


def _condition(context: ConditionContext) -> dict[str, dict[str, str]]:
    condition: dict[str, dict[str, str]] = {}
    for operator, key, value in context:
        condition.setdefault(operator, {})[key] = value
    return condition


def _sid(group: _Group) -> str:
    for _, key, value in group.context:
        if key in _SIDS:
            return _SIDS[key].format(_camel_case(value.removesuffix(".amazonaws.com")))
    if group.resources == ("*",):
        return "WithoutAResource"  # the actions support no resource-level permissions
    types = list(dict.fromkeys(_camel_case(_resource_type(arn)) for arn in group.resources))
    suffixes = (_SID_SUFFIXES.get(key, "") for _, key, _ in group.context)
    return "".join((_camel_case(group.service), *types[:2], *suffixes))


def _resource_type(arn: str) -> str:
    """The resource type in an ARN, "" where the ARN has none."""
    if arn.startswith("${"):
        return "key" if "key" in arn else ""
    name = arn.split(":", 5)[-1].lstrip("/")
    head = re.split(r"[/:]", name, maxsplit=1)[0]
    return ("bucket" if ":s3:" in arn else "") if head == name else head


def _camel_case(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", text))
