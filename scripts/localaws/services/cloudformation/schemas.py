"""What the registry schemas say of a type: identifiers, create-only and read-only properties, shape. Reads files only.

The schemas are those that cfn-lint ships; nothing about a type's properties is written down by us.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from scripts.localaws.services.cloudformation.exceptions import ResourceFailed

Schema = Mapping[str, Any]


@cache
def _data() -> Path:
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "data" / "schemas"


@cache
def _types() -> Mapping[str, str]:
    found: Mapping[str, str] = json.loads((_data() / "providers" / "us-east-1.json").read_text(encoding="utf-8"))
    return found


def known(kind: str) -> bool:
    """Whether AWS has the type at all."""
    return kind in _types()


@cache
def schema(kind: str) -> Schema:
    """The type's schema without patterns and formats, whose dialect Python's regular expressions do not speak."""
    found = json.loads((_data() / "resources" / f"{_types()[kind]}.json").read_text(encoding="utf-8"))
    cleaned: Schema = _without(found, ("pattern", "format"))
    return cleaned


def _without(node: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_without(item, keys) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {k: _without(v, keys) for k, v in node.items() if k not in keys or isinstance(v, dict)}
    if "patternProperties" in kept:  # any name will do
        kept["patternProperties"] = {".*": next(iter(kept["patternProperties"].values()))}
    return kept


def _names(kind: str, key: str) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/") for pointer in schema(kind).get(key, []))


def identifier(kind: str) -> tuple[str, ...]:
    """Properties that together are the physical id."""
    return _names(kind, "primaryIdentifier")


def read_only(kind: str) -> tuple[str, ...]:
    """Attributes that AWS computes."""
    return _names(kind, "readOnlyProperties")


def replaces(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Create-only properties in which old and new differ."""
    return [name for name in _names(kind, "createOnlyProperties") if _dig(old, name) != _dig(new, name)]


def _dig(properties: Any, path: str) -> Any:
    for part in path.split("/"):
        properties = properties.get(part) if isinstance(properties, dict) else None
    return properties


def coerce(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and truth values written as text become what the schema asks for, as CloudFormation does."""
    root = schema(kind)
    found: dict[str, Any] = _coerce(root, root, dict(properties))
    return found


def _coerce(root: Schema, node: Any, value: Any) -> Any:
    node = _resolved(root, node)
    if isinstance(value, dict):
        inner = node.get("properties", {})
        other: Any = next(iter(node.get("patternProperties", {}).values()), {})
        return {k: _coerce(root, inner.get(k, other), v) for k, v in value.items()}
    if isinstance(value, list):
        return [_coerce(root, node.get("items", {}), item) for item in value]
    return _scalar(node.get("type"), value)


def _resolved(root: Schema, node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        name = node["$ref"].split("/")
        node = root[name[1]][name[2]]
    return node if isinstance(node, dict) else {}


def _scalar(kind: Any, value: Any) -> Any:
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind in ("integer", "number") and isinstance(value, str):
        return int(value) if value.lstrip("-").isdigit() else float(value)
    return value


def check(kind: str, logical: str, properties: Mapping[str, Any]) -> None:
    """Raises ResourceFailed for an unknown, missing or wrong property."""
    problems = [*_read_only_given(kind, properties), *_schema_problems(kind, properties)]
    if problems:
        told = "; ".join(problems)
        raise ResourceFailed(f"Properties validation failed for resource {logical} with message: {told}")


def _read_only_given(kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    for name in read_only(kind):
        if name in properties and name not in _names(kind, "createOnlyProperties"):
            yield f"#: Encountered unsupported property {name}: it is read-only"


def _schema_problems(kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    for error in Draft7Validator(schema(kind)).iter_errors(dict(properties)):
        yield "#/" + "/".join(str(part) for part in error.absolute_path) + f": {error.message}"
