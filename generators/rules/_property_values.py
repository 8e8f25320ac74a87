"""Property values of a template, some of which intrinsic functions hide. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation.intrinsics import function_call

NO_VALUE = {"Ref": "AWS::NoValue"}
Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """The value at a path; `reached` is False when an intrinsic function on the path hides the rest."""

    path: Path
    value: Any
    reached: bool = True

    @property
    def missing(self) -> bool:
        """True when the path has no value."""
        return self.reached and self.value is None

    @property
    def unresolved(self) -> bool:
        """True when an intrinsic function hides the value."""
        return not self.reached or is_intrinsic(self.value)


def is_intrinsic(value: Any) -> bool:
    """True for {"Ref": ...} and {"Fn::...": ...}."""
    return function_call(value) is not None


def property_values(value: Any, property_path: str, path: Path = ()) -> Iterator[PropertyValue]:
    """Every value at `A.B.*.C`; `*` is each item of a list. Both branches of Fn::If count."""
    yield from _walk(value, tuple(property_path.split(".")) if property_path else (), path)


def _walk(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[PropertyValue]:
    call = function_call(value)
    if call and call[0] == "Fn::If":
        for branch in (1, 2):
            yield from _walk(call[1][branch], steps, (*path, "Fn::If", branch))
    elif value == NO_VALUE or value is None:
        yield PropertyValue(path, None)
    elif not steps:
        yield PropertyValue(path, value)
    elif call:
        yield PropertyValue(path, value, reached=False)
    else:
        yield from _step(value, steps, path)


def _step(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[PropertyValue]:
    head, rest = steps[0], steps[1:]
    if head == "*":
        items = [((*path, index), item) for index, item in enumerate(value)] if isinstance(value, list) else None
        for item_path, item in [(path, value)] if items is None else items:
            yield from _walk(item, rest, item_path)
    else:
        inner = value.get(head) if isinstance(value, Mapping) else None
        yield from _walk(inner, rest, (*path, head) if inner is not None else path)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar inside a value, with its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value
