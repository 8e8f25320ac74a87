"""Decides one question against policy documents: statements, wildcards, variables, conditions, principals. Pure.

Three answers per part: yes, no, and None for "cannot tell" (a resource or a condition key that nobody computed).
An Allow that cannot tell allows; a Deny that cannot tell does not deny.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from generators.iam.conditions import PATTERNS, Context, PolicyError, Values, holds, literal, matches, operator
from generators.iam.policy_document import Statement, parse

__all__ = [
    "AuthorizationRequest",
    "Context",
    "Decision",
    "PolicyError",
    "PrincipalMatch",
    "Statement",
    "answer",
    "decide",
    "parse",
]
_VARIABLE = re.compile(r"\$\{([^}]+)\}")


class Decision(Enum):
    """What a set of policies says. DIRECT: an Allow that names the principal itself, not only its account."""

    NONE = "no policy allows"
    ALLOW = "allowed"
    DIRECT = "allowed by name"
    DENY = "explicit deny"


class PrincipalMatch(IntEnum):
    """How a statement means the caller. A role stands for all its sessions; * means each session itself."""

    NOBODY = 0
    ACCOUNT = 1
    ROLE = 2
    ITSELF = 3


_SAYS = {PrincipalMatch.NOBODY: Decision.NONE, PrincipalMatch.ACCOUNT: Decision.ALLOW}


@dataclass(frozen=True)
class AuthorizationRequest:
    """May these principals do this to that? resource None: not known. Principal kinds: AWS, Service, Federated.

    bounded: a permissions boundary counts, so every Deny with NotPrincipal denies, whomever it spares.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """

    action: str
    resource: str | None = None
    context: Context = field(default_factory=Context)
    principals: Mapping[str, Values] = field(default_factory=dict)
    account: str = ""
    bounded: bool = False


def decide(policies: Iterable[str], question: AuthorizationRequest) -> Decision:
    """The documents' answer; an explicit deny wins. Raises PolicyError."""
    return answer(policies, question)[0]


def answer(policies: Iterable[str], question: AuthorizationRequest) -> tuple[Decision, PrincipalMatch]:
    """The documents' answer, and how closely those that allow name the caller. Raises PolicyError."""
    closest = PrincipalMatch.NOBODY
    for statement in (statement for document in policies for statement in parse(document)):
        applies, named = _applies(statement, question)
        if statement.effect == "Deny" and applies:
            return Decision.DENY, PrincipalMatch.NOBODY
        if statement.effect == "Allow" and applies is not False:
            closest = max(closest, named)
    return _SAYS.get(closest, Decision.DIRECT), closest


def _applies(statement: Statement, question: AuthorizationRequest) -> tuple[bool | None, PrincipalMatch]:
    if not _action(statement, question.action):  # first, because it rules out most statements
        return False, PrincipalMatch.NOBODY
    named = _names(statement, question)
    answers = [named is not PrincipalMatch.NOBODY, _resource(statement, question)]
    if False in answers:
        return False, PrincipalMatch.NOBODY
    answers += [_condition(statement, *line, question.context) for line in statement.conditions]
    return _all(answers), named


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    return False if False in known else None if None in known else True


def _action(statement: Statement, action: str) -> bool:
    patterns = statement.action if statement.action is not None else statement.not_action or ()
    return _named(patterns, action) == (statement.action is not None)


@functools.lru_cache(maxsize=65536)
def _named(patterns: Values, action: str) -> bool:
    """The same few actions are asked of the same statements all day."""
    return any(matches(pattern.lower(), action.lower()) for pattern in patterns)


def _resource(statement: Statement, question: AuthorizationRequest) -> bool | None:
    if statement.resource is None and statement.not_resource is None:
        return True  # a trust policy
    wanted = statement.resource if statement.resource is not None else statement.not_resource or ()
    positive = statement.resource is not None
    if "*" in wanted:
        return positive
    if question.resource is None:
        return None
    filled = [_filled(pattern, question.context, literal) if statement.variables else pattern for pattern in wanted]
    if False in filled and not positive:
        return False  # what it spares nobody knows: AWS may take the whole statement for void
    hits = [matches(it, question.resource) if isinstance(it, str) else it for it in filled]
    hit = True if True in hits else None if None in hits else False
    return hit if positive or hit is None else not hit


def _condition(statement: Statement, name: str, key: str, wanted: Values, context: Context) -> bool | None:
    if not statement.variables:
        return holds(name, key, wanted, context)
    kind = operator(name)
    filled = [_filled(value, context, literal if kind.base in PATTERNS else str) for value in wanted]
    if None in filled:
        return None
    if False in filled and kind.negated and context.get(key):
        return False  # not what nobody knows: AWS may take the whole statement for void
    return holds(name, key, tuple(value for value in filled if isinstance(value, str)), context)


def _filled(text: str, context: Context, guard: Callable[[str], str]) -> str | bool | None:
    """The text with its policy variables; False when the request has no such value, None when that is unknown."""
    if "${" not in text:
        return text
    lost: list[bool | None] = []

    def value(match: re.Match[str]) -> str:
        key, _, default = (part.strip() for part in match.group(1).partition(","))
        if key in ("*", "?", "$"):
            return guard(key)
        found = context.get(key)
        if found and len(found) == 1:
            return guard(found[0])
        if not default:
            lost.append(None if found is None else False)
        return guard(default.strip("'"))

    filled = _VARIABLE.sub(value, text)
    return lost[0] if lost else filled


def _names(statement: Statement, question: AuthorizationRequest) -> PrincipalMatch:
    """An identity policy's statement, which names nobody, means the caller itself."""
    if statement.principal is not None:
        return _listed(statement.principal, question)
    if statement.not_principal is None or question.bounded or not _listed(statement.not_principal, question):
        return PrincipalMatch.ITSELF
    return PrincipalMatch.NOBODY


def _listed(listed: Mapping[str, Values], question: AuthorizationRequest) -> PrincipalMatch:
    if "*" in listed or "*" in listed.get("AWS", ()):
        return PrincipalMatch.ITSELF
    found = [name for kind, names in question.principals.items() for name in names if name in listed.get(kind, ())]
    if found:
        return PrincipalMatch.ROLE if all(map(_is_role, found)) else PrincipalMatch.ITSELF
    account = (question.account, f"arn:aws:iam::{question.account}:root")
    by_account = question.account and any(value in account for value in listed.get("AWS", ()))
    return PrincipalMatch.ACCOUNT if by_account else PrincipalMatch.NOBODY


def _is_role(name: str) -> bool:
    """Its ARN, or its unique id: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""
    return ":role/" in name or name.startswith("AROA")
