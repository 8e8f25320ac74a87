"""The definition of a resource type: how it is created, updated and deleted through the API of its service.

Identifiers, read-only and create-only properties are not defined here; the registry schemas contain them.
"""

import io
import json
import secrets
import string
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Props = dict[str, Any]
_CFNRESPONSE = Path(__file__).parents[2] / "lambda_" / "cfnresponse.py"
_SUFFIX = string.ascii_uppercase + string.digits
Calls = Iterable[tuple[str, dict[str, Any]]]  # (operation, arguments)


@dataclass
class PhysicalResource:
    """One physical resource: its properties, and the service's responses to create (`answer`) and `read`."""

    kind: str
    logical: str
    props: Props
    id: str = ""
    answer: Props = field(default_factory=dict)
    read: Props = field(default_factory=dict)
    stack_arn: str = ""
    fetch: Callable[[Mapping[str, str]], bytes] = lambda location: b""  # reads an S3 object with the stack's identity


@dataclass(frozen=True)
class PropertyHandler:
    """A property with API calls of its own. `calls(resource, old, new)`; None is an absent property."""

    property: str
    calls: Callable[[PhysicalResource, Any, Any], Calls]
    on_delete: bool = False


Arguments = Callable[[PhysicalResource], dict[str, Any]]


@dataclass(frozen=True)
class ResourceType:
    """One resource type. `create`, `read`, `update` and `delete` are boto3 method names of the service."""

    service: str
    create: str
    arguments: Arguments
    delete: str = ""
    identifier: Arguments = lambda resource: {}  # arguments that identify the resource in read, update and delete
    read: str = ""
    read_arguments: Arguments | None = None  # arguments of read, if not the identifier
    delete_arguments: Arguments | None = None  # arguments of delete, if not the identifier
    update: str = ""
    update_arguments: Arguments = lambda resource: {}  # arguments of update in addition to the identifier
    property_handlers: tuple[PropertyHandler, ...] = ()
    # GetAtt name -> JMESPath in {props, answer, read, id, logical}, or a function
    attributes: Mapping[str, str | Callable[[PhysicalResource], Any]] = field(default_factory=dict)
    physical_id: str = ""  # attribute that Ref returns, where it is not the schema's primary identifier
    name_property: str = ""  # property that CloudFormation fills with a generated name
    lowercase_name: bool = False  # generated names in lower case
    status_path: str = ""  # JMESPath in read; the handler waits until the status is final ("InService", "CREATED" ...)
    supported_properties: frozenset[str] = frozenset()  # properties that arguments and update_arguments use
    failure_reason: Callable[[PhysicalResource], str] = lambda resource: (
        ""
    )  # why the service, though ready, is not where it was asked to be


def pick(*names: str, **renamed: str) -> Arguments:
    """Return a function that copies properties to arguments of the same name, or of another: `argument="Property"`."""
    pairs = {**{name: name for name in names}, **renamed}
    return lambda resource: {
        argument: resource.props[name] for argument, name in pairs.items() if name in resource.props
    }


def text(document: Any) -> str:
    """Return a policy document as a JSON string."""
    return document if isinstance(document, str) else json.dumps(document)


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def random_suffix() -> str:
    """Return the random part of the names that CloudFormation generates."""
    return "".join(secrets.choice(_SUFFIX) for _ in range(12))


def generated_name(resource: PhysicalResource) -> str:
    """Return a name as CloudFormation generates it: stack, logical id and a random part."""
    stack = resource.stack_arn.split("/")[1]
    return f"{stack}-{resource.logical}"[:50] + "-" + random_suffix()


def archived(code: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Code argument of Lambda; inline code becomes a zip archive with index.py and AWS's cfnresponse."""
    if "ZipFile" not in code:
        return dict(code)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", code["ZipFile"])
        file.writestr("cfnresponse.py", _CFNRESPONSE.read_text(encoding="utf-8"))
    return {"ZipFile": archive.getvalue()}


def tag_handler(
    operation: str, arguments: Callable[[PhysicalResource, dict[str, str]], dict[str, Any]]
) -> PropertyHandler:
    """Return the handler for Tags that change after creation; `operation` sets them."""

    def calls(resource: PhysicalResource, old: Any, new: Any) -> Calls:
        before = old if isinstance(old, dict) else tag_map(old)
        after = new if isinstance(new, dict) else tag_map(new)
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        return [(operation, arguments(resource, changed))] if changed and old is not None else []

    return PropertyHandler("Tags", calls)


def tag_list(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags as a list."""
    return [{key: name, value: content} for name, content in tags.items()]
