"""Actions and resources that a resource-based policy exposes to a caller. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generators.iam.conditions import Context, Values
from generators.iam.evaluation import AuthorizationRequest, Decision, PolicyError, Statement, decide, parse
from generators.terraform_checks.model.check import CheckResults, fail, unknown
from generators.terraform_checks.model.plan import UNKNOWN

_EXTERNAL_ACCOUNT = "999988887777"  # outside of the organization
_EXTERNAL_ORGANIZATION = "o-nobodysown00"
_EXTERNAL_ROLE = f"arn:aws:iam::{_EXTERNAL_ACCOUNT}:role/stranger"
_ADMINISTRATOR_ROLE = f"arn:aws:iam::{_EXTERNAL_ACCOUNT}:role/administrator"
_ACCOUNT = re.compile(r"(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::.*)?")
_ALLOWED = (Decision.ALLOW, Decision.ALLOW_PRINCIPAL)
_ARN_KEYS = ("aws:principalarn", "aws:sourcearn")
_ARN_PARTS = 6  # the fifth is the account
Exposure = tuple[str, str]  # action, resource


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal with the condition keys of its request; a key that is in neither field is absent from the request."""

    principals: Mapping[str, Values]
    account: str = ""
    condition_keys: Mapping[str, str] = field(default_factory=dict)
    unknown_keys: frozenset[str] = frozenset()

    @property
    def context(self) -> Context:
        """The request context for conditions."""
        values = {key.lower(): (value,) for key, value in self.condition_keys.items()}
        return Context(values, lambda key: key not in self.unknown_keys)


_EXTERNAL_KEYS = {
    "aws:PrincipalAccount": _EXTERNAL_ACCOUNT,
    "aws:PrincipalArn": _EXTERNAL_ROLE,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalOrgID": _EXTERNAL_ORGANIZATION,
    "aws:SecureTransport": "true",
}
EXTERNAL_CALLER = Caller({"AWS": (_EXTERNAL_ROLE,)}, _EXTERNAL_ACCOUNT, _EXTERNAL_KEYS)
# Any caller, perhaps of the organization, who requests a resource of another organization.
EXTERNAL_RESOURCE_CALLER = Caller(
    {"AWS": (_EXTERNAL_ROLE,)},
    _EXTERNAL_ACCOUNT,
    {
        "aws:ResourceAccount": _EXTERNAL_ACCOUNT,
        "aws:ResourceOrgID": _EXTERNAL_ORGANIZATION,
        "aws:SecureTransport": "true",
    },
    frozenset({"aws:principalorgid", "aws:principalarn", "aws:principalaccount"}),
)
# An administrator of the resource's own account, whichever that is.
ADMINISTRATOR = Caller(
    {"AWS": (_ADMINISTRATOR_ROLE,)}, _EXTERNAL_ACCOUNT, {**_EXTERNAL_KEYS, "aws:PrincipalArn": _ADMINISTRATOR_ROLE}
)
# Another account, which may belong to the organization.
CROSS_ACCOUNT_CALLER = Caller(
    {"AWS": (_EXTERNAL_ROLE,)},
    _EXTERNAL_ACCOUNT,
    {name: value for name, value in _EXTERNAL_KEYS.items() if name != "aws:PrincipalOrgID"},
    frozenset({"aws:principalorgid", "aws:principalorgpaths"}),
)


def service_caller(name: str) -> Caller:
    """An AWS service that acts for an external account."""
    keys = {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": name,
        "aws:SecureTransport": "true",
        "aws:SourceAccount": _EXTERNAL_ACCOUNT,
        "aws:SourceArn": f"arn:aws:{name.split('.')[0]}:eu-west-2:{_EXTERNAL_ACCOUNT}:x",
        "aws:SourceOrgID": _EXTERNAL_ORGANIZATION,
        "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-2:{_EXTERNAL_ACCOUNT}:log-group:x",
    }
    return Caller({"Service": (name,)}, "", keys)


def exposed_actions(policy: str, caller: Caller) -> tuple[Exposure, ...]:
    """Exposures to the caller under any ARN that it could have, in order; PolicyError for an invalid policy."""
    candidates = dict.fromkeys(exposure for statement in parse(policy) for exposure in _candidates(statement))
    callers = (caller, *_impersonations(policy, caller))
    return tuple(
        exposure
        for exposure in candidates
        if any(caller_decision(policy, each, *exposure) in _ALLOWED for each in callers)
    )


def _impersonations(policy: str, caller: Caller) -> Iterator[Caller]:
    """The caller under each ARN of a condition that an external account could also have."""
    for statement in parse(policy):
        for _, key, values in statement.conditions:
            for value in values if key.lower() in _ARN_KEYS else ():
                parts = value.split(":", 5)
                if len(parts) == _ARN_PARTS and (not parts[4] or "*" in parts[4]):
                    parts[4] = parts[4] and _EXTERNAL_ACCOUNT
                    keys = {name.lower(): text for name, text in caller.condition_keys.items()}
                    yield replace(caller, condition_keys={**keys, key.lower(): _example(":".join(parts))})


def caller_decision(policy: str, caller: Caller, action: str, resource: str) -> Decision:
    """The policy's decision on a request of the caller; PolicyError for an invalid policy."""
    request = AuthorizationRequest(action, resource or None, caller.context, caller.principals, caller.account)
    return decide([policy], request)


def _candidates(statement: Statement) -> Iterator[Exposure]:
    if statement.effect == "Allow":
        for action in statement.action or ("any:Other",):
            for resource in statement.resource or ("",):
                yield _example(action if action != "*" else "any:Action"), _example(resource)


def _example(pattern: str) -> str:
    """A text that matches the pattern."""
    return pattern.replace("*", "x").replace("?", "x")


def services(policy: str) -> tuple[str, ...]:
    """Service principals that the policy allows."""
    names = [name for statement in _allows(policy) for name in (statement.principal or {}).get("Service", ())]
    return tuple(dict.fromkeys(names))


def accounts(policy: str) -> frozenset[str]:
    """Accounts of the AWS principals that the policy allows."""
    names = (name for statement in _allows(policy) for name in (statement.principal or {}).get("AWS", ()))
    return frozenset(match[1] for name in names if (match := _ACCOUNT.fullmatch(name)))


def _allows(policy: str) -> tuple[Statement, ...]:
    return tuple(statement for statement in parse(policy) if statement.effect == "Allow")


def undecidable(policy: Any, what: str = "policy") -> CheckResults:
    """Results for a policy that cannot be evaluated: unknown, absent or invalid; none for any other."""
    if policy is UNKNOWN:
        yield unknown(what)
    elif not policy:
        yield fail(f"{what} is not set, which leaves it to AWS who comes in; write one")
    else:
        try:
            parse(policy)
        except PolicyError as error:
            yield fail(f"{what}: {error}; write it as IAM does")
