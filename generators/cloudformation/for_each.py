"""Expands the loops of AWS::LanguageExtensions. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_PREFIX = "Fn::ForEach::"


def expanded(node: Any, parameters: Mapping[str, Any]) -> Any:
    """The node with a copy of each loop's body for every item.

    A list that is a parameter has the items of its default; a list that only a deployment decides has one item, the
    list itself.
    """
    if isinstance(node, list):
        return [expanded(item, parameters) for item in node]
    if not isinstance(node, Mapping):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if str(key).startswith(_PREFIX) and _is_loop(value):
            for body in _bodies(value, parameters):
                result |= expanded(body, parameters)
        else:
            result[key] = expanded(value, parameters)
    return result


def _is_loop(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str) and isinstance(value[2], Mapping)


def _bodies(loop: list[Any], parameters: Mapping[str, Any]) -> Iterator[Any]:
    identifier, collection, body = loop
    for item in _items(collection, parameters):
        yield _replaced(body, identifier, item)


def _items(collection: Any, parameters: Mapping[str, Any]) -> list[str]:
    if isinstance(collection, list):
        return [item for part in collection for item in ([part] if isinstance(part, str) else _items(part, parameters))]
    name = collection.get("Ref") if isinstance(collection, Mapping) else None
    default = parameters.get(name, {}).get("Default") if isinstance(name, str) else None
    return [item.strip() for item in str(default).split(",")] if default is not None else [f"each of {collection}"]


def _replaced(node: Any, identifier: str, item: str) -> Any:
    """The node with the item instead of `${Identifier}`, `&{Identifier}` and {"Ref": "Identifier"}."""
    if isinstance(node, str):
        alphanumeric = "".join(character for character in item if character.isalnum())
        return node.replace(f"${{{identifier}}}", item).replace(f"&{{{identifier}}}", alphanumeric)
    if isinstance(node, list):
        return [_replaced(value, identifier, item) for value in node]
    if not isinstance(node, Mapping):
        return node
    if dict(node) == {"Ref": identifier}:
        return item
    return {_replaced(key, identifier, item): _replaced(value, identifier, item) for key, value in node.items()}
