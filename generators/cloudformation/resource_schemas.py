"""What AWS's registry schemas say of a resource type, from the data that cfn-lint ships. Reads files, nothing else.

cfn-lint itself is not imported: that costs a second, and a diff needs only a few small files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from generators.iam.service_reference import packaged_data

# Types that hold what people cannot make again, beyond cfn-lint's list: home folders, code, images, models, features.
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


def create_only(resource_type: str) -> tuple[tuple[str, ...], ...]:
    """Paths below Properties whose change replaces the resource; `*` stands for every item of a list.

    Empty for a type without a schema, such as a custom resource.
    """
    pointers = _schema(resource_type).get("createOnlyProperties", ())
    return tuple(tuple(pointer.split("/")[2:]) for pointer in pointers)


def tag_property(resource_type: str) -> str:
    """The property that takes the resource's tags, mostly `Tags`; "" when the type takes none."""
    schema = _schema(resource_type)
    tagging = schema.get("tagging", {})
    name = str(tagging.get("tagProperty", "/properties/Tags")).split("/")[-1]
    return name if tagging.get("taggable", True) and name in schema.get("properties", {}) else ""


def is_stateful(resource_type: str) -> bool:
    """Whether losing the resource loses something that people cannot make again."""
    return resource_type in _ALSO_STATEFUL or resource_type in _stateful()


def permissions(resource_type: str, *handlers: str) -> frozenset[str]:
    """The IAM actions that CloudFormation needs to create, read, update or delete; empty when the schema is silent."""
    known = _schema(resource_type).get("handlers", {})
    return frozenset(action for handler in handlers for action in known.get(handler, {}).get("permissions", ()))


def identifier(resource_type: str) -> tuple[str, ...]:
    """The properties that together are the physical id."""
    return _names(resource_type, "primaryIdentifier")


def read_only(resource_type: str) -> tuple[str, ...]:
    """The properties that AWS computes."""
    return _names(resource_type, "readOnlyProperties")


def properties(resource_type: str) -> frozenset[str]:
    """The names of its properties, the computed ones too."""
    return frozenset(_schema(resource_type).get("properties", ()))


def _names(resource_type: str, key: str) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/") for pointer in _schema(resource_type).get(key, ()))


@cache
def _schema(resource_type: str) -> Mapping[str, Any]:
    file = _types().get(resource_type)
    return packaged_data(f"schemas/resources/{file}.json") if file else {}


@cache
def _types() -> Mapping[str, str]:
    return packaged_data(f"schemas/providers/{_REGION}.json")


@cache
def _stateful() -> frozenset[str]:
    return frozenset(packaged_data("AdditionalSpecs/StatefulResources.json")["ResourceTypes"])
