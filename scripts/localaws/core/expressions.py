"""JMESPath expressions of the tables of this server: their functions, and the structures of responses. Pure.

https://jmespath.org/specification.html
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jmespath
from jmespath.functions import Functions, signature

from scripts.localaws.core import data_file

ANY: dict[str, list[str]] = {"types": []}
_NAMES_OF_USERS = ("Configuration", "Properties")  # mappings whose keys are no names of an API
_SPELLINGS = {"BuildSpec": "buildspec"}


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def text(document: Any) -> Any:
    """Return a policy document as a JSON string."""
    return document if isinstance(document, str | None) else json.dumps(document)


def lower_camel_case(value: Any) -> Any:
    """Rename members as some APIs do: with a lower-case first letter."""
    if isinstance(value, list):
        return [lower_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        _SPELLINGS.get(name, name[0].lower() + name[1:]): item if name in _NAMES_OF_USERS else lower_camel_case(item)
        for name, item in value.items()
    }


class CommonFunctions(Functions):
    """Functions of expressions; their names are those of the methods without _func_."""

    @signature(ANY)
    def _func_text(self, document: Any) -> Any:
        return text(document)

    @signature(ANY)
    def _func_from_json(self, document: str | None) -> Any:
        return json.loads(document) if document else None

    @signature(ANY)
    def _func_tag_map(self, tags: Any) -> Any:
        return tag_map(tags) if tags else None

    @signature(ANY)
    def _func_tag_list(self, tags: Any) -> Any:
        return None if tags is None else [{"Key": name, "Value": value} for name, value in tags.items()]

    @signature(ANY)
    def _func_lower_camel_case(self, value: Any) -> Any:
        return lower_camel_case(value)

    @signature(ANY, ANY)
    def _func_without(self, value: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
        return {name: member for name, member in value.items() if name not in names}

    @signature(ANY, ANY)
    def _func_split(self, value: str | None, separator: str) -> list[str]:
        return value.split(separator) if value else []

    @signature(ANY, ANY, ANY)
    def _func_replace(self, value: str, old: str, new: str) -> str:
        return value.replace(old, new)


COMMON = jmespath.Options(custom_functions=CommonFunctions())


def search(expression: str, data: Mapping[str, Any], options: jmespath.Options = COMMON) -> Any:
    """Return the value of the expression without nulls; None for a mapping in which nothing else was."""
    return _without_nulls(_compiled(expression).search(data, options))


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [item for item in map(_without_nulls, value) if item is not None]
    if not isinstance(value, dict):
        return value
    members = {name: _without_nulls(member) for name, member in value.items()}
    rest = {name: member for name, member in members.items() if member is not None}
    return rest if rest or not value else None


class Structures:
    """Structures of responses, from a file: structure -> member -> expression over the attributes of a model."""

    def __init__(self, path: Path) -> None:
        self._rows = data_file.read(path)

    def __call__(self, name: str, model: Any, **values: Any) -> dict[str, Any]:
        """Return the structure with the members that are not null."""
        data = {**vars(model), **values}
        members = {member: search(expression, data) for member, expression in self._rows[name].items()}
        return {member: value for member, value in members.items() if value is not None}

    def each(self, name: str, models: Iterable[Any], **values: Any) -> list[dict[str, Any]]:
        """Return the structure of each model."""
        return [self(name, model, **values) for model in models]
