"""Which doors a policy opens to whom: every action and resource that it allows, asked for a caller. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generators.iam.conditions import Context, Values
from generators.iam.evaluation import AuthorizationRequest, Decision, PolicyError, Statement, decide, parse
from generators.terraform_checks.check import Answers, undecided, wrong
from generators.terraform_checks.plan import UNKNOWN

_ANYBODY = "999988887777"  # an account of nobody's
_ORGANISATION = "o-nobodysown00"
_ARN = f"arn:aws:iam::{_ANYBODY}:role/stranger"
_ACCOUNT = re.compile(r"(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::.*)?")
_OPEN = (Decision.ALLOW, Decision.ALLOW_PRINCIPAL)
_NAMES = ("aws:principalarn", "aws:sourcearn")
_PARTS = 6  # of an ARN; the fifth is the account
Exposure = tuple[str, str]  # action, resource


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. A key that is neither `sent` nor among `hidden` is one that the request does not carry."""

    principals: Mapping[str, Values]
    account: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    @property
    def context(self) -> Context:
        """What conditions see of the request."""
        values = {key.lower(): (value,) for key, value in self.sent.items()}
        return Context(values, lambda key: key not in self.hidden)


_OF_A_STRANGER = {
    "aws:PrincipalAccount": _ANYBODY,
    "aws:PrincipalArn": _ARN,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalOrgID": _ORGANISATION,
    "aws:SecureTransport": "true",
}
_ADMINISTRATOR = f"arn:aws:iam::{_ANYBODY}:role/administrator"
STRANGER = Caller({"AWS": (_ARN,)}, _ANYBODY, _OF_A_STRANGER)
# Whoever it is, perhaps of the organisation, and what is called is somebody else's.
WITH_SOMEBODY_ELSES = Caller(
    {"AWS": (_ARN,)},
    _ANYBODY,
    {"aws:ResourceAccount": _ANYBODY, "aws:ResourceOrgID": _ORGANISATION, "aws:SecureTransport": "true"},
    frozenset({"aws:principalorgid", "aws:principalarn", "aws:principalaccount"}),
)
# Somebody who may everything in the account that the resource is in, whichever that is.
ADMINISTRATOR = Caller({"AWS": (_ADMINISTRATOR,)}, _ANYBODY, {**_OF_A_STRANGER, "aws:PrincipalArn": _ADMINISTRATOR})
# An account that may well belong to the organisation.
NEIGHBOUR = Caller(
    {"AWS": (_ARN,)},
    _ANYBODY,
    {name: value for name, value in _OF_A_STRANGER.items() if name != "aws:PrincipalOrgID"},
    frozenset({"aws:principalorgid", "aws:principalorgpaths"}),
)


def service(name: str) -> Caller:
    """An AWS service that acts for an account of nobody's."""
    source = f"arn:aws:{name.split('.')[0]}:eu-west-2:{_ANYBODY}:x"
    sent = {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": name,
        "aws:SecureTransport": "true",
        "aws:SourceAccount": _ANYBODY,
        "aws:SourceArn": source,
        "aws:SourceOrgID": _ORGANISATION,
        "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-2:{_ANYBODY}:log-group:x",
    }
    return Caller({"Service": (name,)}, "", sent)


def exposed_actions(policy: str, caller: Caller) -> tuple[Exposure, ...]:
    """The doors that stand open to the caller under some name, in order. PolicyError when it is no policy."""
    found = dict.fromkeys(door for statement in parse(policy) for door in _doors(statement))
    callers = (caller, *_disguises(policy, caller))
    return tuple(door for door in found if any(decide_all(policy, it, *door) in _OPEN for it in callers))


def _disguises(policy: str, caller: Caller) -> Iterator[Caller]:
    """The caller under each name that a condition asks for and that an account of nobody's can give as well."""
    for statement in parse(policy):
        for _, key, values in statement.conditions:
            for value in values if key.lower() in _NAMES else ():
                parts = value.split(":", 5)
                if len(parts) == _PARTS and (not parts[4] or "*" in parts[4]):
                    parts[4] = parts[4] and _ANYBODY
                    sent = {name.lower(): it for name, it in caller.sent.items()}
                    yield replace(caller, sent={**sent, key.lower(): _one(":".join(parts))})


def decide_all(policy: str, caller: Caller, action: str, resource: str) -> Decision:
    """What the policy says to the caller. PolicyError when it is no policy."""
    question = AuthorizationRequest(action, resource or None, caller.context, caller.principals, caller.account)
    return decide([policy], question)


def _doors(statement: Statement) -> Iterator[Exposure]:
    if statement.effect == "Allow":
        for action in statement.action or ("any:Other",):
            for resource in statement.resource or ("",):
                yield _one(action if action != "*" else "any:Action"), _one(resource)


def _one(pattern: str) -> str:
    """Something that the pattern means."""
    return pattern.replace("*", "x").replace("?", "x")


def services(policy: str) -> tuple[str, ...]:
    """Services that it lets in."""
    named = [name for it in _allowing(policy) for name in (it.principal or {}).get("Service", ())]
    return tuple(dict.fromkeys(named))


def accounts(policy: str) -> frozenset[str]:
    """Accounts that it lets in by name."""
    named = (name for it in _allowing(policy) for name in (it.principal or {}).get("AWS", ()))
    return frozenset(found[1] for name in named if (found := _ACCOUNT.fullmatch(name)))


def _allowing(policy: str) -> tuple[Statement, ...]:
    return tuple(it for it in parse(policy) if it.effect == "Allow")


def undecidable(policy: Any, what: str = "policy") -> Answers:
    """Why nobody can ask the policy; nothing when one can."""
    if policy is UNKNOWN:
        yield undecided(what)
    elif not policy:
        yield wrong(f"{what} is not set, which leaves it to AWS who comes in; write one")
    else:
        try:
            parse(policy)
        except PolicyError as error:
            yield wrong(f"{what}: {error}; write it as IAM does")
