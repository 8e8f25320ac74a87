"""Validates and converts the properties of a resource by its registry schema, as CloudFormation does.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from generators.cloudformation.resource_schemas import conditional_create_only, create_only, read_only, schema
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.resource_types import is_custom
from scripts.localaws.services.cloudformation.scalars import scalar_text

Schema = Mapping[str, Any]
Props = Mapping[str, Any]


@cache
def _validation_schema(kind: str) -> Schema:
    """Return the schema without patterns and formats: their regular expressions are not Python's."""
    validation_schema: Schema = _without(schema(kind), ("pattern", "format"))
    return validation_schema


def _without(node: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_without(item, keys) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _without(item, keys) for key, item in node.items() if key not in keys or isinstance(item, dict)}
    if "patternProperties" in rest:  # any name matches
        rest["patternProperties"] = {".*": next(iter(rest["patternProperties"].values()))}
    return rest


def changed_properties(kind: str, old: Props, new: Props) -> tuple[str, ...]:
    """Return the properties that differ, without names that CloudFormation generated."""
    generated = {name for name in old.keys() - new.keys() if name.endswith("Name")}
    return tuple(sorted(name for name in (old.keys() | new.keys()) - generated if old.get(name) != new.get(name)))


def replacing_properties(kind: str, old: Props, new: Props) -> dict[str, str]:
    """Return the changed properties that replace the resource: Always, or Conditionally for some values."""
    changed = changed_properties(kind, old, new)
    if is_custom(kind):
        return {name: "Always" for name in changed if name == "ServiceToken"}
    rows = [(path, "Conditionally") for path in conditional_create_only(kind)]
    rows += [(path, "Always") for path in create_only(kind)]
    return {path[0]: need for path, need in rows if path[0] in changed and _property(old, path) != _property(new, path)}


def _property(properties: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        properties = properties.get(part) if isinstance(properties, dict) else None
    return properties


def coerce(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Convert numbers and booleans that are strings to the types of the schema."""
    root = _validation_schema(kind)
    coerced: dict[str, Any] = _coerce(root, root, dict(properties))
    return coerced


def _coerce(root: Schema, node: Any, value: Any) -> Any:
    node = _dereference(root, node)
    if isinstance(value, dict):
        properties = node.get("properties", {})
        other: Any = next(iter(node.get("patternProperties", {}).values()), {})
        return {k: _coerce(root, properties.get(k, other), v) for k, v in value.items()}
    if isinstance(value, list):
        return [_coerce(root, node.get("items", {}), item) for item in value]
    return _scalar(node.get("type"), value)


def _dereference(root: Schema, node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        name = node["$ref"].split("/")
        node = root[name[1]][name[2]]
    return node if isinstance(node, dict) else {}


def _scalar(kind: Any, value: Any) -> Any:
    if kind == "string" and isinstance(value, bool | int | float):
        return scalar_text(value)
    if kind == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind in ("integer", "number") and isinstance(value, str):
        return int(value) if value.lstrip("-").isdigit() else float(value)
    return value


def check(kind: str, logical: str, properties: Mapping[str, Any]) -> None:
    """Validate the properties; ResourceFailed for an unknown, missing or invalid one."""
    problems = [*_read_only_problems(kind, properties), *_schema_problems(kind, properties)]
    if problems:
        message = "; ".join(problems)
        raise ResourceFailed(f"Properties validation failed for resource {logical} with message: {message}")


def _read_only_problems(kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    for name in read_only(kind):
        if name in properties and (name,) not in create_only(kind):
            yield f"#: Encountered unsupported property {name}: it is read-only"


def _schema_problems(kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    for error in Draft7Validator(_validation_schema(kind)).iter_errors(dict(properties)):
        yield "#/" + "/".join(str(part) for part in error.absolute_path) + f": {error.message}"
