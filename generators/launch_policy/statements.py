"""Needs to the statements of an IAM policy, and back: which needs a policy leaves open. Pure."""

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

# Inline policies of a role together, without blanks:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LIMIT = 10_240
# A condition key of a statement -> what its Sid says; {} is the key's value.
_SAYS = {
    "iam:PassedToService": "PassRolesTo{}",
    "iam:AWSServiceName": "MakeServiceRoleOf{}",
    "s3:ExistingObjectTag/servicecatalog:provisioning": "FetchTheTemplate",
}
_SUFFIX = {
    "iam:PermissionsBoundary": "InsideTheBoundary",
    "aws:ResourceTag/product": "OfTheProduct",
    "aws:RequestTag/product": "TaggedAtBirth",
    "ec2:CreateAction": "TaggedAtBirth",
    "aws:ViaAWSService": "ThroughTheService",
    "kms:GrantIsForAWSResource": "LentToServices",
}


_HEAD = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:[a-z-]+[/:])?")  # as far as an ARN says what kind of thing it is
_CUT = re.compile(r"\$\{[^}]*$")  # half a placeholder


@dataclass(frozen=True, slots=True, order=True)
class _Group:
    """A statement to be."""

    resources: tuple[str, ...]
    sent: ConditionContext
    actions: tuple[str, ...]

    @property
    def service(self) -> str:
        return self.actions[0].partition(":")[0]


def document(needs: Iterable[RequiredPermission]) -> dict[str, Any]:
    """The policy that allows the needs and nothing beside them; the same needs give the same bytes.

    Where it would not fit into a role, resources of one type that begin alike are named by their beginning.
    """
    every = tuple(needs)
    exact = _document(_groups(every, _least))
    return exact if size(exact) <= LIMIT else _document(_groups(every, _begin_alike))


def _document(groups: Iterable[_Group]) -> dict[str, Any]:
    sids: set[str] = set()
    return {"Version": "2012-10-17", "Statement": [_statement(it, sids) for it in sorted(_joined(groups))]}


def text(policy: Mapping[str, Any]) -> str:
    """The policy as its file holds it."""
    return json.dumps(policy, indent=2) + "\n"


def size(policy: Mapping[str, Any]) -> int:
    """Characters that count against LIMIT."""
    return len(json.dumps(policy, separators=(",", ":")))


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Actions that only the one or only the other policy names."""
    had, has = _actions(one), _actions(other)
    return sorted(had - has), sorted(has - had)


def _actions(policy: Mapping[str, Any]) -> set[str]:
    named = [statement.get("Action", []) for statement in policy["Statement"]]
    return {action for it in named for action in ([it] if isinstance(it, str) else it)}


def missing_permissions(needs: Iterable[RequiredPermission], policies: Sequence[str]) -> tuple[RequiredPermission, ...]:
    """The needs that the policies do not allow, an example account's values in the place of the placeholders."""
    documents, denied = tuple(map(example, policies)), (Decision.IMPLICIT_DENY, Decision.DENY)
    return tuple(need for need in needs if decide(documents, authorization_request(need)) in denied)


def authorization_request(need: RequiredPermission) -> AuthorizationRequest:
    """The request as CloudFormation sends it: what the need names is sent, every other key is absent."""
    sent = {key.lower(): (example(value),) for _, key, value in need.sent}
    return AuthorizationRequest(need.action, example(need.resource), Context(sent))


def _groups(needs: Iterable[RequiredPermission], shown: Callable[[set[str]], tuple[str, ...]]) -> list[_Group]:
    """Actions that reach the same under the same condition."""
    reached: dict[tuple[str, ConditionContext], set[str]] = {}
    for need in needs:
        reached.setdefault((need.action, need.sent), set()).add(need.resource)
    found: dict[tuple[tuple[str, ...], ConditionContext], list[str]] = {}
    for (action, sent), resources in sorted(reached.items()):
        found.setdefault((shown(resources), sent), []).append(action)
    return [_Group(resources, sent, tuple(actions)) for (resources, sent), actions in sorted(found.items())]


def _joined(groups: Iterable[_Group]) -> list[_Group]:
    """Groups of one service together, where no action thereby reaches more than it did."""
    found: list[_Group] = []
    for group in groups:
        at = next((index for index, other in enumerate(found) if _harmless(group, other)), None)
        if at is None:
            found.append(group)
        else:
            other = found[at]
            both = tuple(sorted({*group.resources, *other.resources}))
            found[at] = _Group(both, group.sent, tuple(sorted({*group.actions, *other.actions})))
    return found


def _harmless(one: _Group, other: _Group) -> bool:
    if one.sent != other.sent or "*" in (*one.resources, *other.resources) or one.service != other.service:
        return False
    return not (_reaches_more(one, other) or _reaches_more(other, one))


def _reaches_more(one: _Group, other: _Group) -> bool:
    """Whether an action of the one can act on a resource that only the other has."""
    more = set(other.resources) - set(one.resources)
    return any(_acts_on(action, arn) for action in one.actions for arn in more)


@cache
def _acts_on(action: str, arn: str) -> bool:
    """Whether the action knows resources of this form."""
    service, rest = action.partition(":")[0], arn.split(":", 5)[-1]
    if arn.startswith("${"):
        return True
    for kind in service_reference.acts_on(action) or ():
        for form in service_reference.arn_forms(service, kind) or (":::::.*",):
            head = form.split(":", 5)[5].split(".*")[0]
            if rest.startswith(head):
                return True
    return False


def _least(resources: set[str]) -> tuple[str, ...]:
    """Without what another of them covers."""
    return tuple(sorted(it for it in resources if not any(it != other and matches(other, it) for other in resources)))


def _begin_alike(resources: set[str]) -> tuple[str, ...]:
    """The beginning that several names of one type share, as long as it says more than the type."""
    kinds: dict[str, list[str]] = {}
    for arn in sorted(resources):
        said = _HEAD.match(arn)
        kinds.setdefault(said[0] if said else arn, []).append(arn)
    found: set[str] = set()
    for head, arns in kinds.items():
        shared = _CUT.sub("", commonprefix(arns))  # noqa: RUF071 names, no paths
        found |= {f"{shared}*"} if len(arns) > 1 and len(shared) > len(head) else set(arns)
    return _least(found)


def _statement(group: _Group, sids: set[str]) -> dict[str, Any]:
    resources, sent, actions = group.resources, group.sent, group.actions
    wanted = _sid(actions, resources, sent)
    sid = next(it for it in (wanted, *(f"{wanted}{number}" for number in range(2, 99))) if it not in sids)
    sids.add(sid)
    statement = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return statement | ({"Condition": _condition(sent)} if sent else {})


def _condition(sent: ConditionContext) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for operator, key, value in sent:
        found.setdefault(operator, {})[key] = value
    return found


def _sid(actions: tuple[str, ...], resources: tuple[str, ...], sent: ConditionContext) -> str:
    for _, key, value in sent:
        if key in _SAYS:
            return _SAYS[key].format(_camel(value.removesuffix(".amazonaws.com")))
    service = _camel(actions[0].partition(":")[0])
    if resources == ("*",):
        return "WithoutAResource"  # IAM knows none for these
    what = dict.fromkeys(_camel(_noun(it)) for it in resources)
    return service + "".join(list(what)[:2]) + "".join(_SUFFIX.get(key, "") for _, key, _ in sent)


def _noun(arn: str) -> str:
    """What kind of thing an ARN names, as far as it says so."""
    if arn.startswith("${"):
        return "key" if "key" in arn else ""
    rest = arn.split(":", 5)[-1].lstrip("/")
    head = re.split(r"[/:]", rest, maxsplit=1)[0]
    return ("bucket" if ":s3:" in arn else "") if head == rest else head


def _camel(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text))
