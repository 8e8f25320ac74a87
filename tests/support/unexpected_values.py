"""Templates with an unexpected value at one place, for tests that nothing raises."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

# What a template can have at any place: functions, complete and broken, and every JSON type.
UNEXPECTED: tuple[Any, ...] = (
    None,
    7,
    -1.5,
    "9" * 5000,
    True,
    "",
    "unexpected",
    [],
    [[]],
    [None],
    ["unexpected", 7],
    {},
    {"Unexpected": {}},
    {"Key": {"Ref": "Nothing"}, "Value": []},
    {"Ref": "AWS::NoValue"},
    {"Ref": []},
    {"Ref": "Nothing"},
    {"Fn::If": ["Nothing", {"Ref": "AWS::NoValue"}, {"Ref": "AWS::NoValue"}]},
    {"Fn::If": ["Nothing", [], {}]},
    {"Fn::If": [[], "a", 7]},
    {"Fn::If": "Nothing"},
    {"Fn::If": []},
    {"Fn::Sub": 7},
    {"Fn::Sub": []},
    {"Fn::Sub": ["${A}", []]},
    {"Fn::GetAtt": []},
    {"Fn::Select": []},
    {"Fn::Join": [7]},
    {"Fn::FindInMap": ["Map", "Row", "Column"]},
    {"Fn::Equals": "a"},
    {"Fn::Not": []},
    {"Fn::ForEach::Each": ["Name", ["A"], {"${Name}": "unexpected"}]},
    {"Fn::Transform": 7},
)
Path = tuple[str | int, ...]


def contents(value: Any) -> Any:
    """The value itself, or the document in a text, such as the definition of a pipeline."""
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def places(member: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value below a value."""
    value = contents(member)
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy with another value at a path; without the value when `new` is Ellipsis."""
    if isinstance(value, str):
        return json.dumps(replaced(contents(value), path, new))
    copy = dict(value) if isinstance(value, dict) else list(value)
    head, rest = path[0], path[1:]
    if rest:
        copy[head] = replaced(copy[head], rest, new)  # type: ignore[index]
    elif new is ...:
        del copy[head]  # type: ignore[arg-type]
    else:
        copy[head] = new  # type: ignore[index]
    return copy


def value_at(value: Any, path: Path) -> Any:
    return functools.reduce(lambda inner, key: contents(inner)[key], path, value)
