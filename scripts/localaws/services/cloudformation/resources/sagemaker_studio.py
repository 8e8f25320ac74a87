"""Rows of SageMaker, whose API and resource types share their names."""

from functools import cache
from typing import Any

from moto.core.utils import get_service_model

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Arguments,
    PhysicalResource,
    ResourceType,
    listed,
    retag,
)

# Properties whose argument has another name in the operations that have such an argument.
_RENAMED = {
    "DomainSettings": "DomainSettingsForUpdate",
    "ImageDescription": "Description",
    "ImageDisplayName": "DisplayName",
    "ImageRoleArn": "RoleArn",
}


@cache
def _members(operation: str) -> frozenset[str]:
    shape = get_service_model("sagemaker").operation_model(operation).input_shape
    return frozenset(shape.members) if shape else frozenset()


def _known(operation: str) -> Arguments:
    def arguments(it: PhysicalResource) -> dict[str, Any]:
        names = _members(operation)
        found = {name: value for name, value in it.props.items() if name in names}
        return found | {new: it.props[old] for old, new in _RENAMED.items() if new in names and old in it.props}

    return arguments


def _covered(operation: str) -> frozenset[str]:
    names = _members(operation)
    return names | {name for name, argument in _RENAMED.items() if argument in names}


def row(
    noun: str,
    key: tuple[str, ...],
    arn: str,
    status: str = "",
    update: bool = True,
    arguments: Arguments | None = None,
    **more: Any,
) -> ResourceType:
    """The row of a noun of SageMaker's API; `arguments` beside those that the API and the type name alike."""

    def handle(it: PhysicalResource) -> dict[str, Any]:
        known = {**it.read, **it.answer, **it.props}
        return {name: known[name] for name in key if name in known}

    own = arguments or (lambda it: {})
    create, change = _known(f"Create{noun}"), _known(f"Update{noun}") if update else own
    updated = _covered(f"Update{noun}") if update else frozenset()
    return ResourceType(
        "sagemaker", f"create_{_snake(noun)}", lambda it: {**create(it), **own(it)}, f"delete_{_snake(noun)}", handle,
        read=f"describe_{_snake(noun)}", update=f"update_{_snake(noun)}" if update else "",
        changes=lambda it: {**change(it), **own(it)},
        aspects=(retag("add_tags", lambda it, tags: {"ResourceArn": it.read[arn], "Tags": listed(tags)}),),
        status=status, taken=_covered(f"Create{noun}") | updated, **more,
    )  # fmt: skip


def _snake(noun: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in noun).lstrip("_")


ROWS: dict[str, ResourceType] = {
    "AWS::SageMaker::Domain": row("Domain", ("DomainId",), "DomainArn", "Status"),
    "AWS::SageMaker::UserProfile": row("UserProfile", ("DomainId", "UserProfileName"), "UserProfileArn", "Status"),
    "AWS::SageMaker::Space": row("Space", ("DomainId", "SpaceName"), "SpaceArn", "Status"),
    "AWS::SageMaker::StudioLifecycleConfig": row(
        "StudioLifecycleConfig", ("StudioLifecycleConfigName",), "StudioLifecycleConfigArn", update=False
    ),
    "AWS::SageMaker::AppImageConfig": row("AppImageConfig", ("AppImageConfigName",), "AppImageConfigArn"),
    "AWS::SageMaker::Image": row("Image", ("ImageName",), "ImageArn", "ImageStatus"),
    "AWS::SageMaker::ImageVersion": row(
        "ImageVersion", ("ImageName", "Version"), "ImageVersionArn", "ImageVersionStatus"
    ),
}
