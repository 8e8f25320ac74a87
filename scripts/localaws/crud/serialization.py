"""Converts stored records to replies of the shape that the model's output has. Pure."""

from collections.abc import Mapping
from typing import Any

from scripts.localaws.crud.resource_spec import ResourceSpec

Record = dict[str, Any]
_PYTHON = {"structure": dict, "map": dict, "list": list, "boolean": bool, "integer": int, "long": int, "string": str}


def trim(shape: Any, value: Any) -> Any:
    """A stored value without the members that the shape lacks."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            name: trim(member, value[name]) for name, member in shape.members.items() if value.get(name) is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [trim(shape.member, item) for item in value]
    return value


def reply(shape: Any, spec: ResourceSpec, record: Record) -> Record:
    """The record as a structure of this shape; a member with the resource's name contains the record itself."""
    members = {}
    for name, member in (shape.members if shape else {}).items():
        value = _member(name, member, spec, record)
        if value is not None:
            members[name] = value
    return members


def _member(name: str, shape: Any, spec: ResourceSpec, record: Record) -> Any:
    value = record.get(name)
    if is_tags(name):
        return tags_as(shape, value) if value else None
    if value is not None and isinstance(value, _PYTHON.get(shape.type_name, object)):
        return trim(shape, value)
    resource = spec.name.lower()
    if shape.type_name == "structure" and (name.lower() == resource or name in spec.reply_members):
        return reply(shape, spec, record) or None
    if shape.type_name == "timestamp":
        return record["@created" if "creat" in name.lower() else "@updated"] if _is_record_time(name) else None
    if name.lower() in ("arn", f"{resource}arn"):
        return record["@arn"]
    return None


def _is_record_time(name: str) -> bool:
    return any(part in name.lower() for part in ("creat", "updat", "modif"))


def is_tags(name: str) -> bool:
    """Whether the member contains tags: Tags, tags, ResourceTags."""
    return name.lower() in ("tags", "resourcetags")


def list_item(shape: Any, spec: ResourceSpec, record: Record) -> Any:
    """The record as one item of a list: a structure, its ARN, or its name."""
    if shape.type_name == "structure":
        structure = record.get(spec.name)  # the resource may itself be one of the request's structures
        return trim(shape, structure) if isinstance(structure, dict) else reply(shape, spec, record)
    return record["@arn"] if shape.name.lower().endswith("arn") else record[spec.key[-1]]


def tags_of(value: Any) -> dict[str, str]:
    """Tags in any of AWS's spellings as a mapping."""
    if isinstance(value, Mapping):
        return dict(value)
    pairs = [{name.lower(): text for name, text in tag.items()} for tag in value or ()]
    return {pair["key"]: pair.get("value", "") for pair in pairs}


def tags_as(shape: Any, tags: Mapping[str, str]) -> Any:
    """A mapping as the shape spells tags."""
    if shape.type_name == "map":
        return dict(tags)
    key, value = sorted(shape.member.members, key=str.lower)[:2]  # Key before Value
    return [{key: name, value: text} for name, text in tags.items()]
