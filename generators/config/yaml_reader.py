"""A strict YAML reader that records the line of every key. Reads files, nothing else.

Stricter than YAML: a key is a text and appears once, a date exists, there are no tags, and what YAML 1.1 and 1.2 read
differently is refused. Size, depth and the values behind aliases have bounds. All problems of a file are reported
together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from generators.config import text_file
from generators.errors import UserError, excerpt

Location = tuple[str | int, ...]

_BOOL = {"true": True, "false": False}
_AMBIGUOUS = re.compile(r"[-+]?0\d|.*_")  # 0500 is 320 to YAML 1.1, and 5_000 no number to YAML 1.2
_SIZE_LIMIT = 256_000  # bytes; the parser reads 100,000 a second
_DEPTH_LIMIT = 30
_VALUE_LIMIT = 50_000
_DIGIT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain values, with the line and the source text of each location."""

    name: str  # path relative to the repository
    data: Any
    lines: Mapping[Location, int] = field(repr=False)
    texts: Mapping[Location, str] = field(repr=False)
    problems: tuple[str, ...] = ()  # errors of syntax, independent of any schema

    def where(self, location: Location) -> str:
        """`path:line` of a location, or of the nearest enclosing location in the file."""
        while location not in self.lines:
            location = location[:-1]
        return f"{self.name}:{self.lines[location]}"


def read(path: Path, root: Path) -> Document:
    """Read one file; UserError when it cannot be parsed, other errors in `problems`."""
    name = path.relative_to(root).as_posix()
    text = text_file.read(path, name, _SIZE_LIMIT)
    try:
        node = _node(text)
    except MaxDepthExceededError as error:
        where = f"{name}:{error.problem_mark.line + 1}"
        raise UserError(f"{where}: more than {_DEPTH_LIMIT} levels are nested; write fewer") from None
    except MarkedYAMLError as error:
        raise UserError(_syntax(name, error)) from None
    except ReaderError as error:
        where, character = f"{name}:{_line(text, error.position)}", f"U+{error.character:04X}"
        raise UserError(f"{where}: the character {character} is not allowed; delete it") from None
    except (ValueError, OverflowError):  # a version or an escape with a number that Python does not read
        raise UserError(f"{name}:1: not valid YAML: a number is too long; shorten it") from None
    reader = _Reader(name)
    data = reader.value(node, ()) if node is not None else {}
    return Document(name, data, {(): 1} | reader.lines, reader.texts, tuple(reader.problems))


@lru_cache(maxsize=64)  # parsing takes most of the time of reading a file
def _node(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = _DEPTH_LIMIT
    yaml.composer.warn_double_anchors = False
    node: Node | None = yaml.compose(text)
    return node


def file_version(path: Path) -> tuple[int, int]:
    """Modification time and size of a file, as a cache key; zeros when there is no file."""
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0)


def _syntax(name: str, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = excerpt(str(error.problem or error.context))
    return f"{name}:{line}: not valid YAML: {problem}; correct the indentation or quoting here"


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


class _Reader:
    """Converts nodes to plain values and records their lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self.lines: dict[Location, int] = {}
        self.texts: dict[Location, str] = {}
        self._parents: list[Node] = []
        self._count = 0

    def value(self, node: Node, location: Location) -> Any:
        self.lines.setdefault(location, node.start_mark.line + 1)
        self._require_bounds(node, location)
        match node:
            case MappingNode():
                return self._collection(self._mapping, node, location)
            case SequenceNode():
                return self._collection(self._sequence, node, location)
            case ScalarNode():
                return self._scalar(node, location)
            case _:
                raise TypeError(f"ruamel.yaml returned an unknown kind of node: {node!r}")

    def _require_bounds(self, node: Node, location: Location) -> None:
        """UserError when an alias leads back to a value around it, or the aliases stand for too many values."""
        where = f"{self.name}:{self.lines[location]}"
        self._count += 1
        if any(parent is node for parent in self._parents):
            raise UserError(f"{where}: an alias refers to a value that contains it; write the value itself")
        if self._count > _VALUE_LIMIT:
            raise UserError(f"{where}: the file has more than {_VALUE_LIMIT:,} values with its aliases; write fewer")

    def _collection(self, read_items: Callable[[Any, Location], Any], node: Node, location: Location) -> Any:
        self._parents.append(node)
        items = read_items(node, location)
        self._parents.pop()
        return items

    def _sequence(self, node: SequenceNode, location: Location) -> list[Any]:
        return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._problem(line, "a key is a list or an object; write a word as the key")
                continue
            key = str(key_node.value)
            here = (*location, key)
            if key in values:
                first = self.lines[here]
                self._problem(line, f"duplicate key '{excerpt(key)}' (first in line {first}); keep one of the two")
                continue
            self.lines[here] = line
            values[key] = self.value(value_node, here)
        return values

    def _scalar(self, node: ScalarNode, location: Location) -> Any:
        text, line = str(node.value), node.start_mark.line + 1
        self.texts[location] = excerpt(text)
        match str(node.tag).removeprefix("tag:yaml.org,2002:"):
            case "str":
                return text
            case "int":
                return self._number(_integer, text, line)
            case "float":
                return self._number(_float, text, line)
            case "bool":
                return self._bool(text, line)
            case "null":
                return None
            case "timestamp":
                return self._date(text, line)
            case tag:
                self._problem(line, f"the tag {excerpt(tag)} is not allowed; write a plain value")
                return text

    def _number(self, convert: Callable[[str], float], text: str, line: int) -> float | str:
        """The number; the text where the versions of YAML disagree about it, or where it is too long."""
        try:
            if _AMBIGUOUS.match(text):
                raise ValueError(text)
            return convert(text.lower())
        except ValueError:
            self._problem(line, f"{excerpt(text)} is no number that can be read; write digits, or put it in quotes")
            return text

    def _bool(self, text: str, line: int) -> bool | str:
        if text.lower() not in _BOOL:
            self._problem(line, f"'{text}' is a boolean in YAML 1.1 alone; write true or false, or put it in quotes")
        return _BOOL.get(text.lower(), text)

    def _date(self, text: str, line: int) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._problem(line, f"{excerpt(text)} is not a date; write a day that exists, such as 2027-06-30")
            return date.max

    def _problem(self, line: int, text: str) -> None:
        self.problems.append(f"{self.name}:{line}: {text}")


def _integer(text: str) -> int:
    """The integer in decimal, hexadecimal or octal digits; ValueError for every other text."""
    if len(text) > _DIGIT_LIMIT:
        raise ValueError(text)
    return int(text, {"0x": 16, "0o": 8}.get(text.lstrip("+-")[:2], 10))


def _float(text: str) -> float:
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))
