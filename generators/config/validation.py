"""Validation of a YAML document: every problem as `file:line: what; what to do`. Reads files, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from generators.config import yaml_reader
from generators.config.yaml_reader import Document, Location
from generators.errors import UserError, did_you_mean, excerpt

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")
A = TypeVar("A")


def read(path: Path, root: Path, schema: type[S]) -> tuple[S, Document]:
    """Read a file as an instance of `schema`; UserError with every problem in it."""
    document = yaml_reader.read(path, root)
    problems = list(document.problems)
    try:
        value = schema.model_validate(document.data)
    except ValidationError as error:
        problems += [_problem(document, schema, detail) for detail in error.errors(include_url=False)]
    if problems:
        raise UserError(sorted(problems, key=_line))
    return value, document


def _line(problem: str) -> int:
    line = problem.split(":", 2)[1]
    return int(line) if line.isdigit() else 0


def map_all(read_one: Callable[[A], T], items: Iterable[A]) -> tuple[T, ...]:
    """Apply a reader to each item; one UserError with the problems of all items and their largest exit code."""
    values: list[T] = []
    errors: list[UserError] = []
    for item in items:
        try:
            values.append(read_one(item))
        except UserError as error:
            errors.append(error)
    if errors:
        raise UserError(
            [problem for error in errors for problem in error.problems], max(error.exit_code for error in errors)
        )
    return tuple(values)


def map_values(read_one: Callable[[str, A], T], items: Mapping[str, A]) -> dict[str, T]:
    """Apply a reader to each entry of a mapping; one UserError with the problems of all entries."""
    return dict(map_all(lambda item: (item[0], read_one(*item)), items.items()))


@dataclass(frozen=True, slots=True)
class _InvalidValue:
    """A value that does not match the schema, with what the message about it needs."""

    key: str
    text: str  # as in the file
    meaning: str  # the field's description, or ""
    sibling_keys: tuple[str, ...]  # valid at the level of this key
    child_keys: tuple[str, ...]  # valid below this key


def _not_text(value: _InvalidValue) -> str:
    if not value.text:
        return f"'{value.key}' is empty; write {value.meaning or 'text'}"
    return f"'{value.key}: {value.text}' is not text to YAML; put it in quotes" + (
        f" ({value.meaning})" if value.meaning else ""
    )


def _other(value: _InvalidValue) -> str:
    return f"'{value.key}: {value.text}' does not fit; write {value.meaning or 'lower-case words joined by dashes'}"


# pydantic's type of error -> the message
_MESSAGES: Mapping[str, Callable[[_InvalidValue], str]] = {
    "missing": lambda value: f"missing key '{value.key}'; add it" + (f": {value.meaning}" if value.meaning else ""),
    "extra_forbidden": lambda value: f"unknown key '{value.key}'; {did_you_mean(value.key, value.sibling_keys)}",
    "string_type": _not_text,
    "model_type": lambda value: f"'{value.key}' must hold keys; write below it: {', '.join(value.child_keys)}",
    "dict_type": lambda value: f"'{value.key}' must hold keys; write one key for each entry",
    "list_type": lambda value: f"'{value.key}' must be a list; write [..] with {value.meaning or 'its items'}",
}


def _problem(document: Document, schema: type[BaseModel], detail: ErrorDetails) -> str:
    location: Location = tuple(part for part in detail["loc"] if part != "[key]")
    value = _InvalidValue(
        key=excerpt(str(location[-1])) if location else "the file",
        text=document.texts.get(location, ""),
        meaning=_description(schema, location),
        sibling_keys=_keys_at(schema, location[:-1]),
        child_keys=_keys_at(schema, location),
    )
    return f"{document.where(location)}: {_MESSAGES.get(detail['type'], _other)(value)}"


def _annotation(schema: Any, location: Location) -> Any:
    """The type at a location inside a schema; None when the schema has no such location."""
    for part in location:
        schema = _step(schema, part)
    return schema


def _step(schema: Any, part: str | int) -> Any:
    if isinstance(schema, type) and issubclass(schema, RootModel):
        schema = schema.model_fields["root"].annotation
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        field = _fields(schema).get(str(part))
        return field.annotation if field else None
    return get_args(schema)[-1] if get_origin(schema) in (dict, list) else None


def _fields(schema: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by their keys in the file."""
    return {field.alias or name: field for name, field in schema.model_fields.items()}


def _keys_at(schema: type[BaseModel], location: Location) -> tuple[str, ...]:
    annotation = _annotation(schema, location)
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return tuple(_fields(annotation)) if is_model and not issubclass(annotation, RootModel) else ()


def _description(schema: type[BaseModel], location: Location) -> str:
    """The description of the field at a location, or of the list around the item."""
    while location and isinstance(location[-1], int):
        location = location[:-1]
    owner = _annotation(schema, location[:-1])
    if not (isinstance(owner, type) and issubclass(owner, BaseModel)) or not location:
        return ""
    field = _fields(owner).get(str(location[-1]))
    return (field.description or "") if field else ""
