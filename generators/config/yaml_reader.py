"""A strict YAML reader that records the line of every key. Reads files, nothing else.

Stricter than YAML: a key appears once, a date exists, and there are no tags. All problems of a file are reported
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generators.errors import UserError

Location = tuple[str | int, ...]

_BOOL = {"true": True, "false": False}


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
    try:
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        raise UserError(_syntax(name, error)) from None
    except FileNotFoundError:
        raise UserError(f"{name}: file is missing; create it") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{name}: is not readable text ({error}); save the file as UTF-8 text") from None
    reader = _Reader(name)
    data = reader.value(node, ()) if node is not None else {}
    return Document(name, data, {(): 1} | reader.lines, reader.texts, tuple(reader.problems))


def file_version(path: Path) -> tuple[int, int]:
    """Modification time and size of a file, as a cache key; zeros when there is no file."""
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0)


def _syntax(name: str, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    return f"{name}:{line}: not valid YAML: {error.problem or error.context}; correct the indentation or quoting here"


class _Reader:
    """Converts nodes to plain values and records their lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self.lines: dict[Location, int] = {}
        self.texts: dict[Location, str] = {}

    def value(self, node: Node, location: Location) -> Any:
        self.lines.setdefault(location, node.start_mark.line + 1)
        match node:
            case MappingNode():
                return self._mapping(node, location)
            case SequenceNode():
                return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node, location)
            case _:
                raise TypeError(f"ruamel.yaml returned an unknown kind of node: {node!r}")

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*location, key)
            line = key_node.start_mark.line + 1
            if key in values:
                first = self.lines[here]
                self._problem(line, f"duplicate key '{key}' (first in line {first}); keep one of the two")
                continue
            self.lines[here] = line
            values[key] = self.value(value_node, here)
        return values

    def _scalar(self, node: ScalarNode, location: Location) -> Any:
        text = str(node.value)
        self.texts[location] = text
        match str(node.tag).removeprefix("tag:yaml.org,2002:"):
            case "str":
                return text
            case "int":
                return int(text.replace("_", ""), 0) if text[:1] != "0" or text[1:2] in "xo" else int(text)
            case "float":
                return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
            case "bool":
                return _BOOL[text.lower()]
            case "null":
                return None
            case "timestamp":
                return self._date(text, node.start_mark.line + 1)
            case tag:
                self._problem(node.start_mark.line + 1, f"the tag {tag} is not allowed; write a plain value")
                return text

    def _date(self, text: str, line: int) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._problem(line, f"{text} is not a date; write a day that exists, such as 2027-06-30")
            return date.max

    def _problem(self, line: int, text: str) -> None:
        self.problems.append(f"{self.name}:{line}: {text}")
