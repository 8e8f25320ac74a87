"""Parses policy documents. What IAM does not know is an error and never ignored. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from generators.iam.conditions import PolicyError, Values, as_tuple, operator

_ELEMENTS = frozenset(
    "Sid Effect Action NotAction Resource NotResource Principal NotPrincipal Condition".split()  # noqa: SIM905
)
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser", "*"})
_VERSIONS = ("2012-10-17", "2008-10-17")  # the older one, which is also the default, has no variables


@dataclass(frozen=True)
class Statement:
    """A statement, with every list as a tuple. An absent element is None."""

    effect: str
    action: Values | None
    not_action: Values | None
    resource: Values | None
    not_resource: Values | None
    principal: Mapping[str, Values] | None
    not_principal: Mapping[str, Values] | None
    conditions: tuple[tuple[str, str, Values], ...]
    variables: bool = True


@functools.lru_cache(maxsize=2048)
def parse(document: str) -> tuple[Statement, ...]:
    """The statements of a policy; PolicyError for what is not a policy or has an operator that IAM does not have."""
    try:
        content = json.loads(document)
    except ValueError as error:
        raise PolicyError(f"not JSON: {error}") from None
    if not isinstance(content, dict) or "Statement" not in content:
        raise PolicyError("a policy is an object with a Statement")
    if unknown := sorted(content.keys() - {"Version", "Id", "Statement"}):
        raise PolicyError(f"unknown element {unknown[0]}")
    version = content.get("Version", _VERSIONS[1])
    if version not in _VERSIONS:
        raise PolicyError(f"unknown version {version}; write {_VERSIONS[0]}")
    return tuple(_statement(raw, variables=version == _VERSIONS[0]) for raw in as_tuple(content["Statement"]))


def _statement(raw: Any, *, variables: bool) -> Statement:
    if not isinstance(raw, dict) or raw.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError("every statement has an Effect, Allow or Deny")
    if unknown := sorted(raw.keys() - _ELEMENTS):
        raise PolicyError(f"unknown element {unknown[0]}")
    if "Action" not in raw and "NotAction" not in raw:
        raise PolicyError("every statement has an Action or a NotAction")
    if both := [pair for pair in _PAIRS if set(pair) <= raw.keys()]:
        raise PolicyError(f"a statement has {both[0][0]} or {both[0][1]}, not both")
    if "NotPrincipal" in raw and raw["Effect"] == "Allow":
        raise PolicyError("NotPrincipal goes with Deny only; to allow, name the principals")

    def values(key: str) -> Values | None:
        return as_tuple(raw[key]) if key in raw else None

    return Statement(
        raw["Effect"],
        values("Action"),
        values("NotAction"),
        values("Resource"),
        values("NotResource"),
        _principal(raw.get("Principal")),
        _principal(raw.get("NotPrincipal")),
        tuple(_conditions(raw.get("Condition", {}), variables)),
        variables,
    )


def _principal(raw: Any) -> Mapping[str, Values] | None:
    if raw is None:
        return None
    if raw == "*":
        return {"*": ("*",)}
    if not isinstance(raw, dict):
        raise PolicyError(f"not a principal: {raw}")
    if unknown := sorted(raw.keys() - _PRINCIPALS):
        raise PolicyError(f"unknown kind of principal {unknown[0]}")
    return {kind: as_tuple(value) for kind, value in raw.items()}


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PolicyError(f"{name} is no object; write keys and values")
    return value


def _conditions(raw: Any, variables: bool) -> Iterable[tuple[str, str, Values]]:
    for name, lines in _object(raw, "Condition").items():
        takes_variables = operator(name).base.startswith(("String", "Arn"))
        for key, value in _object(lines, name).items():
            values = tuple(_text(item) for item in as_tuple(value))
            if variables and not takes_variables and any("${" in item for item in values):
                raise PolicyError(f"{name} takes no variable; only the String and Arn operators do")
            yield name, key, values


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)
