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
    """The values of an element that may be one value or a list."""
    return tuple(value) if isinstance(value, list) else (value,)


@dataclass(frozen=True)
class Context:
    """The condition keys of a request, in lower case.

    A key without a value is absent from the request where `is_computed` is true for it, otherwise it is unknown.
    """

    values: Mapping[str, Values] = field(default_factory=dict)
    is_computed: Callable[[str], bool] = field(default=lambda _: True)

    def get(self, key: str) -> Values | None:
        """The values of a key; () when the request does not carry it, None when that is unknown."""
        values = self.values.get(key.lower())
        return values if values is not None else () if self.is_computed(key.lower()) else None


_ESCAPED_WILDCARDS = str.maketrans({"*": "\ue000", "?": "\ue001"})
_REGULAR_EXPRESSIONS = {"*": ".*", "?": ".", "\ue000": re.escape("*"), "\ue001": re.escape("?")}


def escape_wildcards(text: str) -> str:
    """The text as a part of a pattern that matches exactly this text: a value of a request is never a wildcard."""
    return text.translate(_ESCAPED_WILDCARDS)


@functools.lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = (_REGULAR_EXPRESSIONS.get(character) or re.escape(character) for character in glob)
    return re.compile("".join(parts), re.DOTALL)


def matches(glob: str, text: str) -> bool:
    """Whether a text matches a pattern with IAM's wildcards: * is any text, ? is one character."""
    return _pattern(glob).fullmatch(text) is not None


def _arn_matches(pattern: str, arn: str) -> bool:
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(patterns) == len(parts) and all(map(matches, patterns, parts))


def _timestamp(text: str) -> float:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _in_network(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)


def _ordered(number: Callable[[str], float], prefix: str) -> dict[str, Callable[[str, str], bool]]:
    return {
        f"{prefix}Equals": lambda limit, value: number(value) == number(limit),
        f"{prefix}LessThan": lambda limit, value: number(value) < number(limit),
        f"{prefix}LessThanEquals": lambda limit, value: number(value) <= number(limit),
        f"{prefix}GreaterThan": lambda limit, value: number(value) > number(limit),
        f"{prefix}GreaterThanEquals": lambda limit, value: number(value) >= number(limit),
    }


# Operator -> does the policy's value (first) match the request's value (second)?
_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda expected, value: expected == value,
    "StringEqualsIgnoreCase": lambda expected, value: expected.lower() == value.lower(),
    "StringLike": matches,
    "Bool": lambda expected, value: expected.lower() == value.lower(),
    "BinaryEquals": lambda expected, value: expected == value,
    "IpAddress": _in_network,
    "ArnEquals": _arn_matches,
    "ArnLike": _arn_matches,
    **_ordered(float, "Numeric"),
    **_ordered(_timestamp, "Date"),
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
    """The parts of a condition operator such as ForAnyValue:StringNotLikeIfExists."""

    base: str
    negated: bool
    quantifier: str
    if_exists: bool


WILDCARD_OPERATORS = frozenset({"StringLike", "ArnEquals", "ArnLike"})  # their values may have wildcards


@functools.lru_cache(maxsize=256)
def operator(name: str) -> Operator:
    """Parse an operator; PolicyError for one that IAM does not have."""
    quantifier, _, rest = name.rpartition(":")
    base = rest.removesuffix("IfExists")
    if quantifier not in ("", "ForAnyValue", "ForAllValues"):
        raise PolicyError(f"unknown condition qualifier {quantifier}")
    if base not in _COMPARISONS and base not in _NEGATED and rest != "Null":
        raise PolicyError(f"unknown condition operator {name}")
    return Operator(_NEGATED.get(base, base), base in _NEGATED, quantifier, base != rest)


def _value_matches(parsed: Operator, expected: Values, value: str) -> bool:
    def equal(policy_value: str) -> bool:
        try:
            return _COMPARISONS[parsed.base](policy_value, value)
        except ValueError:  # not a number, a date or an address, so no match
            return False

    return any(equal(policy_value) for policy_value in expected) != parsed.negated


def condition_matches(name: str, key: str, expected: Values, context: Context) -> bool | None:
    """Evaluate one operator and key of a Condition; None when the value of the key is unknown."""
    parsed, values = operator(name), context.get(key)
    if values is None:
        return None
    if parsed.base == "Null":
        return any((not values) == (value.lower() == "true") for value in expected)
    if not values:
        return parsed.if_exists or parsed.quantifier == "ForAllValues" or (parsed.negated and not parsed.quantifier)
    results = (_value_matches(parsed, expected, value) for value in values)
    every = parsed.quantifier == "ForAllValues" or (parsed.negated and not parsed.quantifier)
    return all(results) if every else any(results)
