"""Checks a request against the limits of AWS's own model: required, enum, length, range, pattern. Pure.

https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
"""

from collections.abc import Iterator
from typing import Any

import regex  # type: ignore[import-untyped]  # Java's classes of letters, which AWS's patterns use
from botocore.model import Shape
from moto.core.exceptions import ServiceException


def check(shape: Shape | None, params: dict[str, Any]) -> None:
    """Raises ValidationException that names every problem."""
    found = list(_problems(shape, params, "")) if shape else []
    if found:
        count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
        raise ServiceException("ValidationException", count + "; ".join(found))


def _problems(shape: Any, value: Any, where: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _members(shape, value, where)
    elif shape.type_name == "list":
        yield from _size(shape, value, where)
        for index, item in enumerate(value, 1):
            yield from _problems(shape.member, item, f"{where}{index}.member.")
    elif shape.type_name == "string":
        yield from _size(shape, value, where)
        yield from _spelling(shape, value, where)
    elif shape.type_name == "integer":
        least, most = shape.metadata.get("min", value), shape.metadata.get("max", value)
        if not least <= value <= most:
            yield _said(value, where, f"Member must be between {least} and {most}")


def _members(shape: Any, value: dict[str, Any], where: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield _said("null", where + name, "Member must not be null")
    for name in value.keys() & shape.members.keys():
        yield from _problems(shape.members[name], value[name], f"{where}{name}.")


def _size(shape: Any, value: Any, where: str) -> Iterator[str]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", len(value))
    if not least <= len(value) <= most:
        yield _said(value, where, f"Member must have length between {least} and {most}")


def _spelling(shape: Any, value: str, where: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield _said(value, where, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern", "")
    if pattern and not regex.fullmatch(_python(pattern), value):
        yield _said(value, where, f"Member must satisfy regular expression pattern: {pattern}")


def _python(pattern: str) -> str:
    """Java's surrogate pairs as Python spells what is above them."""
    return pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


def _said(value: Any, where: str, rule: str) -> str:
    return f"Value '{value}' at '{where.rstrip('.')}' failed to satisfy constraint: {rule}"
