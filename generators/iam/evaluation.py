"""Evaluates a request against policy documents: statements, wildcards, variables, conditions, principals. Pure.

Each part of a statement matches, does not match, or is None: unknown, because nobody computed the resource or a
condition key. An Allow with an unknown part allows; a Deny with an unknown part does not deny.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from generators.iam.conditions import (
    WILDCARD_OPERATORS,
    Context,
    PolicyError,
    Values,
    condition_matches,
    escape_wildcards,
    matches,
    operator,
)
from generators.iam.policy_document import Statement, parse

__all__ = [
    "AuthorizationRequest",
    "Context",
    "Decision",
    "PolicyError",
    "PrincipalMatch",
    "Statement",
    "decide",
    "evaluate",
    "parse",
]
_VARIABLE = re.compile(r"\$\{([^}]+)\}")


class Decision(Enum):
    """The decision of a set of policies. ALLOW_PRINCIPAL: an Allow names the principal itself, not only its account."""

    IMPLICIT_DENY = "no policy allows"
    ALLOW = "allowed"
    ALLOW_PRINCIPAL = "allowed by name"
    DENY = "explicit deny"


class PrincipalMatch(IntEnum):
    """How closely a statement names the caller. A role stands for all its sessions; * means each session itself."""

    NONE = 0
    ACCOUNT = 1
    ROLE = 2
    PRINCIPAL = 3  # the user or the session itself


_DECISIONS = {PrincipalMatch.NONE: Decision.IMPLICIT_DENY, PrincipalMatch.ACCOUNT: Decision.ALLOW}


@dataclass(frozen=True)
class AuthorizationRequest:
    """One action of these principals on a resource; resource None is unknown. Kinds: AWS, Service, Federated.

    has_boundary: a permissions boundary applies, so every Deny with NotPrincipal denies, whomever it excludes.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """

    action: str
    resource: str | None = None
    context: Context = field(default_factory=Context)
    principals: Mapping[str, Values] = field(default_factory=dict)
    account: str = ""
    has_boundary: bool = False


def decide(policies: Iterable[str], request: AuthorizationRequest) -> Decision:
    """The decision of the documents; an explicit deny wins. Raises PolicyError."""
    return evaluate(policies, request)[0]


def evaluate(policies: Iterable[str], request: AuthorizationRequest) -> tuple[Decision, PrincipalMatch]:
    """The decision of the documents, and how closely those that allow name the caller. Raises PolicyError."""
    closest = PrincipalMatch.NONE
    for statement in (statement for document in policies for statement in parse(document)):
        applies, principal = _applies(statement, request)
        if statement.effect == "Deny" and applies:
            return Decision.DENY, PrincipalMatch.NONE
        if statement.effect == "Allow" and applies is not False:
            closest = max(closest, principal)
    return _DECISIONS.get(closest, Decision.ALLOW_PRINCIPAL), closest


def _applies(statement: Statement, request: AuthorizationRequest) -> tuple[bool | None, PrincipalMatch]:
    if not _action_matches(statement, request.action):  # first, because it rules out most statements
        return False, PrincipalMatch.NONE
    principal = _principal_match(statement, request)
    results = [principal is not PrincipalMatch.NONE, _resource_matches(statement, request)]
    if False in results:
        return False, PrincipalMatch.NONE
    results += [_condition_matches(statement, *condition, request.context) for condition in statement.conditions]
    return _all(results), principal


def _all(results: list[bool | None]) -> bool | None:
    return False if False in results else None if None in results else True


def _action_matches(statement: Statement, action: str) -> bool:
    patterns = statement.action if statement.action is not None else statement.not_action or ()
    return _any_matches(patterns, action) == (statement.action is not None)


@functools.lru_cache(maxsize=65536)
def _any_matches(patterns: Values, action: str) -> bool:
    """Cached, because requests repeat the same few actions against the same statements."""
    return any(matches(pattern.lower(), action.lower()) for pattern in patterns)


def _resource_matches(statement: Statement, request: AuthorizationRequest) -> bool | None:
    if statement.resource is None and statement.not_resource is None:
        return True  # a trust policy
    positive = statement.resource is not None
    patterns = statement.resource if statement.resource is not None else statement.not_resource or ()
    if "*" in patterns:
        return positive
    if request.resource is None:
        return None
    if statement.variables:
        substituted = [_substitute(pattern, request.context, escape_wildcards) for pattern in patterns]
    else:
        substituted = list(patterns)
    if False in substituted and not positive:
        return False  # nobody knows which resource it excludes: AWS may ignore the whole statement
    results = [matches(item, request.resource) if isinstance(item, str) else item for item in substituted]
    result = True if True in results else None if None in results else False
    return result if positive or result is None else not result


def _condition_matches(statement: Statement, name: str, key: str, expected: Values, context: Context) -> bool | None:
    if not statement.variables:
        return condition_matches(name, key, expected, context)
    parsed = operator(name)
    escape = escape_wildcards if parsed.base in WILDCARD_OPERATORS else str
    substituted = [_substitute(value, context, escape) for value in expected]
    if None in substituted:
        return None
    if False in substituted and parsed.negated and context.get(key):
        return False  # nobody knows which value it excludes: AWS may ignore the whole statement
    return condition_matches(name, key, tuple(value for value in substituted if isinstance(value, str)), context)


def _substitute(text: str, context: Context, escape: Callable[[str], str]) -> str | bool | None:
    """The text with its policy variables; False when the request has no such value, None when that is unknown."""
    if "${" not in text:
        return text
    unresolved: list[bool | None] = []

    def replacement(match: re.Match[str]) -> str:
        key, _, default = (part.strip() for part in match.group(1).partition(","))
        if key in ("*", "?", "$"):
            return escape(key)
        values = context.get(key)
        if values and len(values) == 1:
            return escape(values[0])
        if not default:
            unresolved.append(None if values is None else False)
        return escape(default.strip("'"))

    substituted = _VARIABLE.sub(replacement, text)
    return unresolved[0] if unresolved else substituted


def _principal_match(statement: Statement, request: AuthorizationRequest) -> PrincipalMatch:
    """A statement of an identity policy, which has no principal, means the caller itself."""
    if statement.principal is not None:
        return _match_of(statement.principal, request)
    excluded = statement.not_principal
    if excluded is None or request.has_boundary or not _match_of(excluded, request):
        return PrincipalMatch.PRINCIPAL
    return PrincipalMatch.NONE


def _match_of(principals: Mapping[str, Values], request: AuthorizationRequest) -> PrincipalMatch:
    if "*" in principals or "*" in principals.get("AWS", ()):
        return PrincipalMatch.PRINCIPAL
    callers = request.principals.items()
    common = [name for kind, names in callers for name in names if name in principals.get(kind, ())]
    if common:
        return PrincipalMatch.ROLE if all(map(_is_role, common)) else PrincipalMatch.PRINCIPAL
    account = (request.account, f"arn:aws:iam::{request.account}:root")
    by_account = request.account and any(value in account for value in principals.get("AWS", ()))
    return PrincipalMatch.ACCOUNT if by_account else PrincipalMatch.NONE


def _is_role(name: str) -> bool:
    """Whether it is a role's ARN or unique id.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    return ":role/" in name or name.startswith("AROA")
