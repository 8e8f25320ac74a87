"""Registry schemas of resource types, from the data that cfn-lint ships. Reads files, nothing else.

cfn-lint itself is not imported: that takes a second, and a comparison needs only a few small files.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from generators.iam.service_reference import packaged_data

# Types with data that people cannot recreate, in addition to cfn-lint's list: home folders, code, images, models.
_ALSO_STATEFUL = frozenset(
    {
        "AWS::CodeArtifact::Repository",
        "AWS::CodeCommit::Repository",
        "AWS::ECR::Repository",
        "AWS::SageMaker::Domain",
        "AWS::SageMaker::FeatureGroup",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::SageMaker::Space",
        "AWS::SageMaker::UserProfile",
    }
)
_REGION = "us-east-1"  # has every type


def exists(resource_type: str) -> bool:
    """Whether AWS has the type."""
    return resource_type in _files()


@cache
def schema(resource_type: str) -> Mapping[str, Any]:
    """The registry schema of a type; empty for a type without one, such as a custom resource."""
    file = _files().get(resource_type)
    return packaged_data(f"schemas/resources/{file}.json") if file else {}


def create_only(resource_type: str) -> tuple[tuple[str, ...], ...]:
    """Paths below Properties whose change replaces the resource; `*` is every item of a list."""
    return _paths(resource_type, "createOnlyProperties")


def conditional_create_only(resource_type: str) -> tuple[tuple[str, ...], ...]:
    """Paths below Properties whose change replaces the resource for some values."""
    return _paths(resource_type, "conditionalCreateOnlyProperties")


def tag_property(resource_type: str) -> str:
    """The property for the resource's tags, usually `Tags`; "" when the type has no tags."""
    tagging = schema(resource_type).get("tagging", {})
    name = str(tagging.get("tagProperty", "/properties/Tags")).split("/")[-1]
    return name if tagging.get("taggable", True) and name in properties(resource_type) else ""


def is_stateful(resource_type: str) -> bool:
    """Whether a deleted resource loses data that people cannot recreate."""
    return resource_type in _ALSO_STATEFUL or resource_type in _stateful()


def permissions(resource_type: str, *handlers: str) -> frozenset[str]:
    """IAM actions of the create, read, update and delete handlers; empty when the schema lists none."""
    entries = schema(resource_type).get("handlers", {})
    return frozenset(action for handler in handlers for action in entries.get(handler, {}).get("permissions", ()))


def identifier(resource_type: str) -> tuple[str, ...]:
    """The properties that together are the physical id."""
    return _property_names(resource_type, "primaryIdentifier")


def read_only(resource_type: str) -> tuple[str, ...]:
    """The properties that AWS computes."""
    return _property_names(resource_type, "readOnlyProperties")


def properties(resource_type: str) -> frozenset[str]:
    """The names of all properties, including the computed ones."""
    return frozenset(schema(resource_type).get("properties", ()))


def _paths(resource_type: str, key: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(pointer.split("/")[2:]) for pointer in schema(resource_type).get(key, ()))


def _property_names(resource_type: str, key: str) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/") for pointer in schema(resource_type).get(key, ()))


@cache
def _files() -> Mapping[str, str]:
    return packaged_data(f"schemas/providers/{_REGION}.json")


@cache
def _stateful() -> frozenset[str]:
    return frozenset(packaged_data("AdditionalSpecs/StatefulResources.json")["ResourceTypes"])
