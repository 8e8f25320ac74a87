"""The shape of one change, and how two JSON values are walked. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.release.version import Bump

Template = Mapping[str, Any]
Path = tuple[str, ...]

KINDS = ("parameter", "output", "resource", "replacement", "security", "policy", "template")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs, the least step it asks for, and a sentence that says why."""

    kind: str  # one of KINDS
    subject: str  # logical id, or the name of the parameter or output
    text: str
    bump: Bump


def canonical(value: Any) -> str:
    """One text for equal values; makes any JSON value hashable."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar, empty container and inner node's place; the items of a list share the step `*`."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield (*path, str(key)), inner
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list) and value:
        for inner in value:
            yield (*path, "*"), inner
            yield from leaves(inner, (*path, "*"))


def differing(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """The places where two values differ, as deep as both are objects."""
    if isinstance(old, dict) and isinstance(new, dict) and not is_intrinsic(old) and not is_intrinsic(new):
        for key in sorted({*old, *new}):
            if key in old and key in new:
                yield from differing(old[key], new[key], (*path, key))
            else:
                yield (*path, key)
    elif old != new:
        yield path


def is_intrinsic(value: Any) -> bool:
    """Whether a value is a CloudFormation function, so that what stands below it is not known."""
    return isinstance(value, dict) and len(value) == 1 and (next(iter(value)) in {"Ref"} or "Fn::" in next(iter(value)))


def is_contract(parameter: Mapping[str, Any]) -> bool:
    """Whether SSM fills the parameter, so that no user types it; its default and allowed values are a path then."""
    return str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::Value<")
