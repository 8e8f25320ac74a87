"""The Condition element of a policy. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import functools
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Values = tuple[str, ...]


class PolicyError(ValueError):
    """The policy says something that IAM does not know."""


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Policies may write one thing or a list of things."""
    return tuple(value) if isinstance(value, list) else (value,)


@dataclass(frozen=True)
class Context:
    """The request's condition keys (lower case). `knows` tells an absent key from one that nobody computed."""

    values: Mapping[str, Values] = field(default_factory=dict)
    knows: Callable[[str], bool] = field(default=lambda _: True)

    def get(self, key: str) -> Values | None:
        """The key's values; () when the request does not carry it, None when that is not known."""
        found = self.values.get(key.lower())
        return found if found is not None else () if self.knows(key.lower()) else None


_LITERAL = str.maketrans({"*": "\ue000", "?": "\ue001"})
_MEANS = {"*": ".*", "?": ".", "\ue000": re.escape("*"), "\ue001": re.escape("?")}


def literal(text: str) -> str:
    """The text as part of a pattern that means these very characters: what a request sends is never a wildcard."""
    return text.translate(_LITERAL)


@functools.lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = (_MEANS.get(c) or re.escape(c) for c in glob)
    return re.compile("".join(parts), re.DOTALL)


def matches(glob: str, text: str) -> bool:
    """IAM's wildcards: * is any text, ? is one character."""
    return _pattern(glob).fullmatch(text) is not None


def _arn(wanted: str, given: str) -> bool:
    ours, theirs = wanted.split(":", 5), given.split(":", 5)
    return len(ours) == len(theirs) and all(map(matches, ours, theirs))


def _instant(text: str) -> float:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _ip(wanted: str, given: str) -> bool:
    return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)


def _ordered(read: Callable[[str], float], kind: str) -> dict[str, Callable[[str, str], bool]]:
    return {
        f"{kind}Equals": lambda wanted, given: read(given) == read(wanted),
        f"{kind}LessThan": lambda wanted, given: read(given) < read(wanted),
        f"{kind}LessThanEquals": lambda wanted, given: read(given) <= read(wanted),
        f"{kind}GreaterThan": lambda wanted, given: read(given) > read(wanted),
        f"{kind}GreaterThanEquals": lambda wanted, given: read(given) >= read(wanted),
    }


# (the policy's value, the request's value) -> do they match?
_POSITIVE: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringEqualsIgnoreCase": lambda wanted, given: wanted.lower() == given.lower(),
    "StringLike": matches,
    "Bool": lambda wanted, given: wanted.lower() == given.lower(),
    "BinaryEquals": lambda wanted, given: wanted == given,
    "IpAddress": _ip,
    "ArnEquals": _arn,
    "ArnLike": _arn,
    **_ordered(float, "Numeric"),
    **_ordered(_instant, "Date"),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


@dataclass(frozen=True)
class Operator:
    """A condition operator such as ForAnyValue:StringNotLikeIfExists, taken apart."""

    base: str
    negated: bool
    quantifier: str
    if_exists: bool


PATTERNS = frozenset({"StringLike", "ArnEquals", "ArnLike"})  # operators whose values have wildcards


@functools.lru_cache(maxsize=256)
def operator(name: str) -> Operator:
    """Raises PolicyError for one that IAM does not have."""
    quantifier, _, rest = name.rpartition(":")
    base = rest.removesuffix("IfExists")
    if quantifier not in ("", "ForAnyValue", "ForAllValues"):
        raise PolicyError(f"unknown condition qualifier {quantifier}")
    if base not in _POSITIVE and base not in _NEGATED and rest != "Null":
        raise PolicyError(f"unknown condition operator {name}")
    return Operator(_NEGATED.get(base, base), base in _NEGATED, quantifier, base != rest)


def _one(op: Operator, wanted: Values, given: str) -> bool:
    def hit(value: str) -> bool:
        try:
            return _POSITIVE[op.base](value, given)
        except ValueError:  # not a number, a date, an address: no match
            return False

    return any(hit(value) for value in wanted) != op.negated


def holds(name: str, key: str, wanted: Values, context: Context) -> bool | None:
    """One line of a Condition; None when the context does not know the key."""
    op, given = operator(name), context.get(key)
    if given is None:
        return None
    if op.base == "Null":
        return any((not given) == (value.lower() == "true") for value in wanted)
    if not given:
        return op.if_exists or op.quantifier == "ForAllValues" or (op.negated and not op.quantifier)
    tests = (_one(op, wanted, value) for value in given)
    every = op.quantifier == "ForAllValues" or (op.negated and not op.quantifier)
    return all(tests) if every else any(tests)
