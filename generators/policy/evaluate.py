"""Decides one question against policy documents: statements, wildcards, variables, conditions, principals. Pure.

Three answers per part: yes, no, and None for "cannot tell" (a resource or a condition key that nobody computed).
An Allow that cannot tell allows; a Deny that cannot tell does not deny.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from generators.policy.conditions import Context, PolicyError, Values, holds, matches
from generators.policy.document import Statement, parse

__all__ = ["Context", "Decision", "PolicyError", "Question", "Statement", "decide", "parse"]
_VARIABLE = re.compile(r"\$\{([^}]+)\}")


class Decision(Enum):
    """What a set of policies says. DIRECT: an Allow that names the principal itself, not only its account."""

    NONE = "no policy allows"
    ALLOW = "allowed"
    DIRECT = "allowed by name"
    DENY = "explicit deny"


@dataclass(frozen=True)
class Question:
    """May these principals do this to that? resource None: not known. Principal kinds: AWS, Service, Federated."""

    action: str
    resource: str | None = None
    context: Context = field(default_factory=Context)
    principals: Mapping[str, Values] = field(default_factory=dict)
    account: str = ""


def decide(policies: Iterable[str], question: Question) -> Decision:
    """The documents' answer; an explicit deny wins. Raises PolicyError."""
    decision = Decision.NONE
    for statement in (statement for document in policies for statement in parse(document)):
        applies, direct = _applies(statement, question)
        if statement.effect == "Deny" and applies:
            return Decision.DENY
        if statement.effect == "Allow" and applies is not False:
            decision = Decision.DIRECT if direct or decision is Decision.DIRECT else Decision.ALLOW
    return decision


def _applies(statement: Statement, question: Question) -> tuple[bool | None, bool]:
    if not _action(statement, question.action):  # first, because it rules out most statements
        return False, False
    named = _names(statement, question)
    answers = [named != "", _resource(statement, question)]
    if False in answers:
        return False, False
    answers += [_condition(name, key, wanted, question.context) for name, key, wanted in statement.conditions]
    return _all(answers), named == "self"


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


def _resource(statement: Statement, question: Question) -> bool | None:
    if statement.resource is None and statement.not_resource is None:
        return True  # a trust policy
    wanted = statement.resource if statement.resource is not None else statement.not_resource or ()
    positive = statement.resource is not None
    if "*" in wanted:
        return positive
    if question.resource is None:
        return None
    hits = [_one_resource(pattern, question.resource, question.context) for pattern in wanted]
    hit = True if True in hits else None if None in hits else False
    return hit if positive or hit is None else not hit


def _one_resource(pattern: str, resource: str, context: Context) -> bool | None:
    filled = _filled(pattern, context)
    return filled if isinstance(filled, bool) or filled is None else matches(filled, resource)


def _condition(name: str, key: str, wanted: Values, context: Context) -> bool | None:
    filled = [_filled(value, context) for value in wanted]
    if None in filled:
        return None
    return holds(name, key, tuple(value for value in filled if isinstance(value, str)), context)


def _filled(text: str, context: Context) -> str | bool | None:
    """The text with its policy variables; False when the request has no such value, None when that is unknown."""
    if "${" not in text:
        return text
    lost: list[bool | None] = []

    def value(match: re.Match[str]) -> str:
        key, _, default = (part.strip() for part in match.group(1).partition(","))
        if key in ("*", "?", "$"):
            return key
        found = context.get(key)
        if found:
            return found[0]
        if not default:
            lost.append(None if found is None else False)
        return default.strip("'")

    filled = _VARIABLE.sub(value, text)
    return lost[0] if lost else filled


def _names(statement: Statement, question: Question) -> str:
    """ "self" when the statement names the caller (or is an identity policy), "account", or "" for not at all."""
    if statement.principal is not None:
        return _listed(statement.principal, question)
    if statement.not_principal is not None:
        return "" if _listed(statement.not_principal, question) else "self"
    return "self"


def _listed(listed: Mapping[str, Values], question: Question) -> str:
    if "*" in listed or "*" in listed.get("AWS", ()):
        return "self"
    if any(value in listed.get(kind, ()) for kind, values in question.principals.items() for value in values):
        return "self"
    account = (question.account, f"arn:aws:iam::{question.account}:root")
    return "account" if question.account and any(value in account for value in listed.get("AWS", ())) else ""
