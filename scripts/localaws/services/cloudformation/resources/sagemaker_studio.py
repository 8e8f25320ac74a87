"""Resource types of SageMaker Studio, and the definition of SageMaker types from the API's own names."""

from functools import cache
from typing import Any

from moto.core.utils import get_service_model

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Arguments,
    PhysicalResource,
    ResourceType,
    tag_handler,
    tag_list,
)

# Properties whose argument has a different name, in operations that have such an argument.
_RENAMED_ARGUMENTS = {
    "DomainSettings": "DomainSettingsForUpdate",
    "ImageDescription": "Description",
    "ImageDisplayName": "DisplayName",
    "ImageRoleArn": "RoleArn",
}


@cache
def _members(operation: str) -> frozenset[str]:
    shape = get_service_model("sagemaker").operation_model(operation).input_shape
    return frozenset(shape.members) if shape else frozenset()


def _arguments_of(operation: str) -> Arguments:
    def arguments(resource: PhysicalResource) -> dict[str, Any]:
        names = _members(operation)
        arguments = {name: value for name, value in resource.props.items() if name in names}
        return arguments | {
            new: resource.props[old]
            for old, new in _RENAMED_ARGUMENTS.items()
            if new in names and old in resource.props
        }

    return arguments


def _properties_of(operation: str) -> frozenset[str]:
    names = _members(operation)
    return names | {name for name, argument in _RENAMED_ARGUMENTS.items() if argument in names}


def sagemaker_resource_type(
    api_name: str,
    identifier_properties: tuple[str, ...],
    arn: str,
    status: str = "",
    update: bool = True,
    arguments: Arguments | None = None,
    **fields: Any,
) -> ResourceType:
    """Return a SageMaker resource type; `arguments` adds those whose names differ from the properties."""

    def identifier(resource: PhysicalResource) -> dict[str, Any]:
        data = {**resource.read, **resource.answer, **resource.props}
        return {name: data[name] for name in identifier_properties if name in data}

    def tag_arguments(resource: PhysicalResource, tags: dict[str, str]) -> dict[str, Any]:
        return {"ResourceArn": resource.read[arn], "Tags": tag_list(tags)}

    extra = arguments or (lambda resource: {})
    method_suffix = _snake(api_name)
    create, change = _arguments_of(f"Create{api_name}"), _arguments_of(f"Update{api_name}") if update else extra
    updated = _properties_of(f"Update{api_name}") if update else frozenset()
    return ResourceType(
        "sagemaker", f"create_{method_suffix}", lambda resource: {**create(resource), **extra(resource)},
        f"delete_{method_suffix}", identifier,
        read=f"describe_{method_suffix}", update=f"update_{method_suffix}" if update else "",
        update_arguments=lambda resource: {**change(resource), **extra(resource)},
        property_handlers=(tag_handler("add_tags", tag_arguments),), status_path=status,
        supported_properties=_properties_of(f"Create{api_name}") | updated, **fields,
    )  # fmt: skip


def _snake(api_name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in api_name).lstrip("_")


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::SageMaker::Domain": sagemaker_resource_type("Domain", ("DomainId",), "DomainArn", "Status"),
    "AWS::SageMaker::UserProfile": sagemaker_resource_type(
        "UserProfile", ("DomainId", "UserProfileName"), "UserProfileArn", "Status"
    ),
    "AWS::SageMaker::Space": sagemaker_resource_type("Space", ("DomainId", "SpaceName"), "SpaceArn", "Status"),
    "AWS::SageMaker::StudioLifecycleConfig": sagemaker_resource_type(
        "StudioLifecycleConfig", ("StudioLifecycleConfigName",), "StudioLifecycleConfigArn", update=False
    ),
    "AWS::SageMaker::AppImageConfig": sagemaker_resource_type(
        "AppImageConfig", ("AppImageConfigName",), "AppImageConfigArn"
    ),
    "AWS::SageMaker::Image": sagemaker_resource_type("Image", ("ImageName",), "ImageArn", "ImageStatus"),
    "AWS::SageMaker::ImageVersion": sagemaker_resource_type(
        "ImageVersion", ("ImageName", "Version"), "ImageVersionArn", "ImageVersionStatus"
    ),
}
