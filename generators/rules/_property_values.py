"""Looking into a template in which intrinsic functions may stand in the way. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation.intrinsics import function_call

NO_VALUE = {"Ref": "AWS::NoValue"}
Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """What stands at a path. `reached` is False when an intrinsic function on the way hides the rest."""

    path: Path
    value: Any
    reached: bool = True

    @property
    def missing(self) -> bool:
        """Whether the path leads to nothing."""
        return self.reached and self.value is None

    @property
    def undecided(self) -> bool:
        """Whether a function hides what stands here."""
        return not self.reached or is_intrinsic(self.value)


def is_intrinsic(value: Any) -> bool:
    """Whether the value is {"Ref": ...} or {"Fn::...": ...}."""
    return function_call(value) is not None


def property_values(value: Any, route: str, path: Path = ()) -> Iterator[PropertyValue]:
    """Every place to which `A.B.*.C` leads; `*` is each item of a list. Fn::If is followed into both branches."""
    yield from _walk(value, tuple(route.split(".")) if route else (), path)


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
        steps_in = (
            [((*path, index), it) for index, it in enumerate(value)] if isinstance(value, list) else [(path, value)]
        )
        for place, item in steps_in:
            yield from _walk(item, rest, place)
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
