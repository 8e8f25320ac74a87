"""A change between two templates, and the comparison of JSON values. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation.intrinsics import function_call
from generators.release.version import Bump

Template = Mapping[str, Any]
Path = tuple[str, ...]

KINDS = ("parameter", "output", "resource", "replacement", "security", "policy", "template")


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two templates, the smallest version step that it needs, and the reason as a sentence."""

    kind: str  # one of KINDS
    subject: str  # logical id, or the name of the parameter or output
    text: str
    bump: Bump


def canonical(value: Any) -> str:
    """The same text for equal values, so that any JSON value can be compared and hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def nodes(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every node of a value with its path; `*` is the step to each item of a list."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield (*path, str(key)), inner
            yield from nodes(inner, (*path, str(key)))
    elif isinstance(value, list) and value:
        for inner in value:
            yield (*path, "*"), inner
            yield from nodes(inner, (*path, "*"))


def leaves(value: Any) -> Iterator[str]:
    """Every text in a value; the name of a variable is none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from () if key == "Ref" else leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)


def alternatives(value: Any) -> Iterator[Any]:
    """The values that Fn::If or Fn::FindInMap can give; any other value itself."""
    match value:
        case {"Fn::If": [_, if_true, if_false]}:
            yield from alternatives(if_true)
            yield from alternatives(if_false)
        case {"Fn::FindInMap": [dict(rows), *_]}:
            for row in rows.values():
                yield from alternatives(row)
        case _:
            yield value


def different_paths(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """The paths at which two values differ, as deep as both are objects without a function."""
    if isinstance(old, dict) and isinstance(new, dict) and not function_call(old) and not function_call(new):
        for key in sorted({*old, *new}):
            if key in old and key in new:
                yield from different_paths(old[key], new[key], (*path, key))
            else:
                yield (*path, key)
    elif old != new:
        yield path


def values_at(value: Any, path: Path) -> Iterator[Any]:
    """The values at a path; a function on the way is a value itself."""
    if not path or function_call(value):
        yield value
    elif path[0] == "*":
        for inner in value if isinstance(value, list) else ():
            yield from values_at(inner, path[1:])
    elif isinstance(value, list):
        for inner in value:
            yield from values_at(inner, path)
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:])


def is_changed_at(old: Any, new: Any, path: Path) -> bool:
    """Whether the value at a path differs; in the items of a list, whether a value that was there is gone."""
    before, after = list(values_at(old, path)), list(values_at(new, path))
    return any(value not in after for value in before) if "*" in path else before != after
