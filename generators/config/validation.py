"""A YAML document against a shape: every misfit as `file:line: what; what to do`. Pure."""

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
from generators.errors import UserError, did_you_mean

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")
A = TypeVar("A")


def read(path: Path, root: Path, shape: type[S]) -> tuple[S, Document]:
    """Read a file as `shape`; UserError with every problem in it."""
    document = yaml_reader.read(path, root)
    problems = list(document.problems)
    try:
        value = shape.model_validate(document.data)
    except ValidationError as error:
        problems += [_problem(document, shape, detail) for detail in error.errors(include_url=False)]
    if problems:
        raise UserError(sorted(problems, key=_line))
    return value, document


def _line(problem: str) -> int:
    line = problem.split(":", 2)[1]
    return int(line) if line.isdigit() else 0


def map_all(read_one: Callable[[A], T], items: Iterable[A]) -> tuple[T, ...]:
    """Apply a reader to each item; one UserError with the problems of them all."""
    done: list[T] = []
    problems: list[str] = []
    for item in items:
        try:
            done.append(read_one(item))
        except UserError as error:
            problems.extend(error.problems)
    if problems:
        raise UserError(problems)
    return tuple(done)


def map_values(read_one: Callable[[str, A], T], items: Mapping[str, A]) -> dict[str, T]:
    """Apply a reader to each entry of a mapping; one UserError with the problems of them all."""
    return dict(map_all(lambda item: (item[0], read_one(*item)), items.items()))


@dataclass(frozen=True, slots=True)
class _Misfit:
    """One place of the document that does not fit: what was written there and what was wanted."""

    key: str | int
    written: str
    meaning: str  # the field's description, or ""
    beside: tuple[str, ...]  # keys that are known where this key stands
    below: tuple[str, ...]  # keys that are wanted under this key


def _not_text(it: _Misfit) -> str:
    if not it.written:
        return f"'{it.key}' is empty; write {it.meaning or 'text'}"
    return f"'{it.key}: {it.written}' is not text to YAML; put it in quotes" + (
        f" ({it.meaning})" if it.meaning else ""
    )


def _other(it: _Misfit) -> str:
    return f"'{it.key}: {it.written}' does not fit; write {it.meaning or 'lower-case words joined by dashes'}"


_WORDING: Mapping[str, Callable[[_Misfit], str]] = {
    "missing": lambda it: f"missing key '{it.key}'; add it" + (f": {it.meaning}" if it.meaning else ""),
    "extra_forbidden": lambda it: f"unknown key '{it.key}'; {did_you_mean(str(it.key), it.beside)}",
    "string_type": _not_text,
    "model_type": lambda it: f"'{it.key}' must hold keys; write below it: {', '.join(it.below)}",
    "dict_type": lambda it: f"'{it.key}' must hold keys; write one key for each entry",
    "list_type": lambda it: f"'{it.key}' must be a list; write [..] with {it.meaning or 'its items'}",
}


def _problem(document: Document, shape: type[BaseModel], detail: ErrorDetails) -> str:
    location: Location = tuple(part for part in detail["loc"] if part != "[key]")
    misfit = _Misfit(
        key=location[-1] if location else "the file",
        written=document.texts.get(location, ""),
        meaning=_description(shape, location),
        beside=_fields(shape, location[:-1]),
        below=_fields(shape, location),
    )
    return f"{document.where(location)}: {_WORDING.get(detail['type'], _other)(misfit)}"


def _annotation(shape: Any, location: Location) -> Any:
    """The type that stands at a place inside a shape; None when the shape knows no such place."""
    for part in location:
        shape = _step(shape, part)
    return shape


def _step(shape: Any, part: str | int) -> Any:
    if isinstance(shape, type) and issubclass(shape, RootModel):
        shape = shape.model_fields["root"].annotation
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        found = _keys(shape).get(str(part))
        return found.annotation if found else None
    return get_args(shape)[-1] if get_origin(shape) in (dict, list) else None


def _keys(shape: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by the keys that people write."""
    return {it.alias or name: it for name, it in shape.model_fields.items()}


def _fields(shape: type[BaseModel], location: Location) -> tuple[str, ...]:
    found = _annotation(shape, location)
    is_model = isinstance(found, type) and issubclass(found, BaseModel) and not issubclass(found, RootModel)
    return tuple(_keys(found)) if is_model else ()


def _description(shape: type[BaseModel], location: Location) -> str:
    """The description of the field at a place, or of the list around the item."""
    while location and isinstance(location[-1], int):
        location = location[:-1]
    owner = _annotation(shape, location[:-1])
    if not (isinstance(owner, type) and issubclass(owner, BaseModel)) or not location:
        return ""
    found = _keys(owner).get(str(location[-1]))
    return (found.description or "") if found else ""
