"""Tags that CloudFormation puts on resources: those of the stack, and its own aws:cloudformation:* tags.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
"""

from collections.abc import Mapping
from typing import Any

from generators.cloudformation import resource_schemas

SYSTEM_PREFIX = "aws:cloudformation:"


def propagated(tags: list[dict[str, str]]) -> dict[str, str]:
    """Return the tags of a stack that its resources get."""
    return {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}


def without_system_tags(kind: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties without CloudFormation's own tags, for which a stack's identity needs no permission."""
    name = resource_schemas.tag_property(kind)
    tags = props.get(name)
    if isinstance(tags, dict):
        tags = {key: value for key, value in tags.items() if not key.startswith(SYSTEM_PREFIX)}
    elif tags:
        tags = [tag for tag in tags if not tag["Key"].startswith(SYSTEM_PREFIX)]
    rest = {key: value for key, value in props.items() if key != name}
    return {**rest, name: tags} if tags else rest


def with_stack_tags(
    kind: str, logical: str, stack_arn: str, props: Mapping[str, Any], tags: list[dict[str, str]]
) -> dict[str, Any]:
    """Return the properties with the tags of a type that has tags; tags of the template take precedence.

    The registry schema says whether a type has CloudFormation's own tags (tagging.cloudFormationSystemTags).
    """
    name = resource_schemas.tag_property(kind)
    schema = resource_schemas.schema(kind)
    added = propagated(tags)
    if schema.get("tagging", {}).get("cloudFormationSystemTags"):
        values = {"stack-name": stack_arn.split("/")[1], "stack-id": stack_arn, "logical-id": logical}
        added |= {SYSTEM_PREFIX + key: value for key, value in values.items()}
    if not name or not added:
        return dict(props)
    is_mapping = schema["properties"][name].get("type") == "object"
    declared = props.get(name, {} if is_mapping else [])
    if isinstance(declared, dict):
        return {**props, name: {**added, **declared}}
    names = {tag["Key"] for tag in declared}
    return {**props, name: [*declared, *({"Key": k, "Value": v} for k, v in added.items() if k not in names)]}
