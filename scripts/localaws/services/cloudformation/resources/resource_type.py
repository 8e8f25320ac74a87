"""The form of a row: how one resource type is made, changed and deleted through a service's own API.

Identifiers, read-only and create-only properties are not written here: they come from the registry schemas.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Props = dict[str, Any]
Calls = Iterable[tuple[str, dict[str, Any]]]  # (operation, arguments)


@dataclass
class PhysicalResource:
    """One physical resource: its properties, and what the service answered when it was made and read."""

    kind: str
    logical: str
    props: Props
    id: str = ""
    answer: Props = field(default_factory=dict)
    read: Props = field(default_factory=dict)
    stack_arn: str = ""
    fetch: Callable[[Mapping[str, str]], bytes] = lambda place: b""  # an object of S3, as the stack's identity


@dataclass(frozen=True)
class PropertyHandler:
    """A property that calls of its own bring about. `calls(physical, old, new)`: None is absence."""

    property: str
    calls: Callable[[PhysicalResource, Any, Any], Calls]
    on_delete: bool = False


Arguments = Callable[[PhysicalResource], dict[str, Any]]


@dataclass(frozen=True)
class ResourceType:
    """One resource type."""

    service: str
    create: str
    arguments: Arguments
    delete: str = ""
    handle: Arguments = lambda it: {}  # arguments that name the resource, for read, update and delete
    read: str = ""
    look: Arguments | None = None  # arguments of read where they are not the handle
    end: Arguments | None = None  # arguments of delete where they are not the handle
    update: str = ""
    changes: Arguments = lambda it: {}  # arguments of update, beside the handle
    aspects: tuple[PropertyHandler, ...] = ()
    # GetAtt name -> JMESPath in {props, answer, read, id}, or what computes it
    attributes: Mapping[str, str | Callable[[PhysicalResource], Any]] = field(default_factory=dict)
    name: str = ""  # property that CloudFormation fills with a generated name
    lower: bool = False  # generated names in lower case
    status: str = ""  # JMESPath in read: wait until it ends in "InService", "CREATED" ...
    taken: frozenset[str] = frozenset()  # properties that arguments and changes use
    undone: Callable[[PhysicalResource], str] = lambda it: (
        ""
    )  # why the service, though ready, is not where it was asked to be


def pick(*names: str, **renamed: str) -> Arguments:
    """Arguments named as the properties are, or `argument="Property"`."""
    pairs = {**{name: name for name in names}, **renamed}
    return lambda it: {argument: it.props[name] for argument, name in pairs.items() if name in it.props}


def text(document: Any) -> str:
    """A policy document as the API takes it."""
    return document if isinstance(document, str) else json.dumps(document)


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def zipped(code: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda's Code: inline text becomes an archive that holds index.py."""
    if "ZipFile" not in code:
        return dict(code)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", code["ZipFile"])
    return {"ZipFile": archive.getvalue()}


def retag(operation: str, arguments: Callable[[PhysicalResource, dict[str, str]], dict[str, Any]]) -> PropertyHandler:
    """Tags that change after creation; the service's own call sets them."""

    def calls(it: PhysicalResource, old: Any, new: Any) -> Calls:
        before = old if isinstance(old, dict) else tag_map(old)
        after = new if isinstance(new, dict) else tag_map(new)
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        return [(operation, arguments(it, changed))] if changed and old is not None else []

    return PropertyHandler("Tags", calls)


def listed(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list."""
    return [{key: name, value: content} for name, content in tags.items()]
