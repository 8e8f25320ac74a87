"""The supported resource types: the rows of resource_types.yaml, and what follows from the API of SageMaker."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from moto.core.utils import camelcase_to_underscores, get_service_model

from scripts.localaws.core import data_file
from scripts.localaws.services.cloudformation import property_calls
from scripts.localaws.services.cloudformation.resource_type import Call, PropertyHandler, ResourceType, TagHandler

_FILE = Path(__file__).with_suffix(".yaml")
_VERBS = {"create": "Create", "read": "Describe", "update": "Update", "delete": "Delete"}
# Arguments of SageMaker's operations that have another name than the property, in some types.
_RENAMED_ARGUMENTS = {
    "DomainSettingsForUpdate": "props.DomainSettings",
    "Description": "props.ImageDescription || props.Description",
    "DisplayName": "props.ImageDisplayName || props.DisplayName",
    "RoleArn": "props.ImageRoleArn || props.RoleArn",
}


def is_custom(kind: str) -> bool:
    """Return whether the type is a custom resource, implemented by a function of the template's author."""
    return kind == "AWS::CloudFormation::CustomResource" or kind.startswith("Custom::")


def is_supported(kind: str) -> bool:
    """Return whether stacks can contain the type."""
    return kind in RESOURCE_TYPES or is_custom(kind)


def _resource_type(
    kind: str,
    tags: Mapping[str, Any] | None = None,
    property_handlers: Mapping[str, Mapping[str, Any]] | None = None,
    properties: Iterable[str] = (),
    refused: Iterable[str] = (),
    **row: Any,
) -> ResourceType:
    if "identifier" in row:
        names = {name: row.pop(name) for name in ("identifier", "arn", "arguments") if name in row}
        own_calls, tags = _sagemaker_calls(kind.rpartition("::")[2], **names)
        row |= own_calls
    handlers = [PropertyHandler(name, **_handler_fields(**own)) for name, own in (property_handlers or {}).items()]
    handlers += [TagHandler("Tags", change=_calls(tags))] if tags else []
    row |= {name: _calls(row[name])[0] for name in _VERBS if name in row}
    return ResourceType(property_handlers=tuple(handlers), properties=tuple(properties), refused=tuple(refused), **row)


def _handler_fields(function: str = "", on_delete: bool = False, **calls: Any) -> dict[str, Any]:
    named = {"function": getattr(property_calls, function)} if function else {}
    return {**named, "on_delete": on_delete, **{name: _calls(value) for name, value in calls.items()}}


def _calls(calls: Mapping[str, Any]) -> tuple[Call, ...]:
    return tuple(
        Call(operation, arguments if isinstance(arguments, str) else dict(_expressions(arguments)))
        for operation, arguments in calls.items()
    )


def _expressions(arguments: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """The name and the expression of each argument in a list."""
    for argument in arguments:
        if isinstance(argument, str):
            yield argument, f"props.{argument}"
        else:
            yield from _expressions(argument) if isinstance(argument, list) else argument.items()


def _sagemaker_calls(
    api_name: str, identifier: list[Any], arn: str = "", arguments: Iterable[Any] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Calls of a type, whose operations and arguments have the names of the type and its properties, and of tags."""
    model, calls = get_service_model("sagemaker"), {}
    for name, verb in _VERBS.items():
        operation = f"{verb}{api_name}"
        if operation in model.operation_names:
            members = model.operation_model(operation).input_shape.members
            own = [{member: _RENAMED_ARGUMENTS.get(member, f"props.{member}")} for member in members]
            other = {"create": [*own, *arguments], "update": [*own, *arguments, *identifier]}
            calls[name] = {camelcase_to_underscores(operation): other.get(name, identifier)}
    return calls, {"add_tags": [{"ResourceArn": f"read.{arn or api_name + 'Arn'}", "Tags": "tag_list(tags)"}]}


RESOURCE_TYPES: Mapping[str, ResourceType] = {
    kind: _resource_type(kind, **row) for kind, row in data_file.read(_FILE).items()
}
