"""Validates request parameters against botocore's model: required, enum, length, range, pattern. Pure.

https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
"""

from collections.abc import Iterator
from typing import Any

import regex  # type: ignore[import-untyped]  # supports the character classes of Java that AWS's patterns use
from botocore.model import Shape
from moto.core.exceptions import ServiceException


def check(shape: Shape | None, params: dict[str, Any], code: str = "ValidationException") -> None:
    """Raise an error with every violation."""
    violations = list(_violations(shape, params, "")) if shape else []
    if violations:
        count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected: "
        raise ServiceException(code, count + "; ".join(violations))


def _violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _members(shape, value, path)
    elif shape.type_name == "list":
        yield from _length(shape, value, path)
        for index, item in enumerate(value, 1):
            yield from _violations(shape.member, item, f"{path}{index}.member.")
    elif shape.type_name == "string":
        yield from _length(shape, value, path)
        yield from _string(shape, value, path)
    elif shape.type_name == "integer":
        yield from _bounds(shape, value, value, path, "value")


def _members(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield _message("null", path + name, "Member must not be null")
    for name in value.keys() & shape.members.keys():
        yield from _violations(shape.members[name], value[name], f"{path}{name}.")


def _length(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, len(value), value, path, "length")


def _bounds(shape: Any, size: int, value: Any, path: str, noun: str) -> Iterator[str]:
    least, most = shape.metadata.get("min", size), shape.metadata.get("max", size)
    if size < least:
        yield _message(value, path, f"Member must have {noun} greater than or equal to {least}")
    if size > most:
        yield _message(value, path, f"Member must have {noun} less than or equal to {most}")


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield _message(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern", "")
    if pattern and not regex.fullmatch(_python(pattern), value):
        yield _message(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _python(pattern: str) -> str:
    """The pattern with Java's surrogate pairs in Python's notation."""
    return pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


def _message(value: Any, path: str, rule: str) -> str:
    names = ".".join(name[:1].lower() + name[1:] for name in path.rstrip(".").split("."))
    return f"Value '{value}' at '{names}' failed to satisfy constraint: {rule}"
