"""Property values of a template, some of which intrinsic functions or unexpected types hide. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation.intrinsics import function_call

NO_VALUE = {"Ref": "AWS::NoValue"}
Path = tuple[Any, ...]
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class UnreadableValue(Exception):  # noqa: N818 - becomes the problem of a rule
    """A value whose type is another one than the rule reads."""

    def __init__(self, prop: PropertyValue) -> None:
        self.prop = prop
        super().__init__(prop.path)


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """The value at a path; `reached` is False when a function or an unexpected type on the path hides the rest.

    `obstacle` says what hides the rest when the value itself does not.
    """

    path: Path
    value: Any
    reached: bool = True
    obstacle: str = ""

    @property
    def missing(self) -> bool:
        """True when the path has no value."""
        return self.reached and self.value is None

    @property
    def unresolved(self) -> bool:
        """True when an intrinsic function hides the value."""
        return not self.reached or is_intrinsic(self.value)

    def properties(self) -> Mapping[str, Any]:
        """The value as an object, {} without a value; UnreadableValue for every other type."""
        if self.reached and self.value is None:
            return {}
        if self.unresolved or not isinstance(self.value, Mapping):
            raise UnreadableValue(self)
        return self.value

    def item(self, key: str) -> PropertyValue:
        """The value of one property of an object, as it is written."""
        return PropertyValue((*self.path, key), self.properties().get(key))


def is_intrinsic(value: Any) -> bool:
    """True for {"Ref": ...} and {"Fn::...": ...}."""
    return function_call(value) is not None


def literal_text(value: Any) -> str | None:
    """A string, or the text of Fn::Sub with its variables; None for every other value."""
    match function_call(value):
        case "Fn::Sub", str(text) | [str(text), *_]:
            return text
    return value if isinstance(value, str) else None


def integer(text: str) -> int | None:
    """The integer that a text spells, None for every other text."""
    return int(text) if _INTEGER.fullmatch(text) else None


def property_values(value: Any, property_path: str, path: Path = ()) -> Iterator[PropertyValue]:
    """Every value at `A.B.*.C`; `*` is each item of a list. Both branches of Fn::If count."""
    yield from _walk(value, tuple(property_path.split(".")) if property_path else (), path)


def _walk(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[PropertyValue]:
    match function_call(value):
        case "Fn::If", [_, if_true, if_false]:
            yield from _walk(if_true, steps, (*path, "Fn::If", 1))
            yield from _walk(if_false, steps, (*path, "Fn::If", 2))
            return
    if value == NO_VALUE or value is None:
        yield PropertyValue(path, None)
    elif not steps:
        yield PropertyValue(path, value)
    elif is_intrinsic(value):
        yield PropertyValue(path, value, reached=False)
    else:
        yield from _step(value, steps, path)


def _step(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[PropertyValue]:
    head, rest = steps[0], steps[1:]
    if head == "*":
        items = [((*path, index), item) for index, item in enumerate(value)] if isinstance(value, list) else None
        for item_path, item in [(path, value)] if items is None else items:
            yield from _walk(item, rest, item_path)
    elif isinstance(value, Mapping):
        inner = value.get(head)
        yield from _walk(inner, rest, (*path, head) if inner is not None else path)
    else:
        yield PropertyValue(path, value, reached=False)


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
