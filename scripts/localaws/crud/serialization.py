"""Between a stored record and a reply: what the output's shape says, no more. Pure."""

from collections.abc import Mapping
from typing import Any

from scripts.localaws.crud.resource_spec import ResourceSpec

Record = dict[str, Any]
_PYTHON = {"structure": dict, "map": dict, "list": list, "boolean": bool, "integer": int, "long": int, "string": str}


def cut(shape: Any, value: Any) -> Any:
    """A stored value without what the shape does not know."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {name: cut(member, value[name]) for name, member in shape.members.items() if value.get(name) is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [cut(shape.member, item) for item in value]
    return value


def reply(shape: Any, noun: ResourceSpec, record: Record) -> Record:
    """The record as this structure tells it; a member named like the noun holds the record itself."""
    told = {}
    for name, member in (shape.members if shape else {}).items():
        value = _told(name, member, noun, record)
        if value is not None:
            told[name] = value
    return told


def _told(name: str, shape: Any, noun: ResourceSpec, record: Record) -> Any:
    value = record.get(name)
    if is_tags(name):
        return tags_as(shape, value) if value else None
    if value is not None and isinstance(value, _PYTHON.get(shape.type_name, object)):
        return cut(shape, value)
    kind = noun.name.lower()
    if shape.type_name == "structure" and (name.lower() == kind or name in noun.wraps):
        return reply(shape, noun, record) or None
    if shape.type_name == "timestamp":
        return record["@made" if "creat" in name.lower() else "@changed"] if _is_moment(name) else None
    if name.lower() in ("arn", f"{kind}arn"):
        return record["@arn"]
    return None


def _is_moment(name: str) -> bool:
    return any(part in name.lower() for part in ("creat", "updat", "modif"))


def is_tags(name: str) -> bool:
    """Tags, tags, ResourceTags."""
    return name.lower() in ("tags", "resourcetags")


def listed(shape: Any, noun: ResourceSpec, record: Record) -> Any:
    """The record as one item of a list: a structure, its ARN, or its name."""
    if shape.type_name == "structure":
        own = record.get(noun.name)  # the noun may itself be one of the request's structures
        return cut(shape, own) if isinstance(own, dict) else reply(shape, noun, record)
    return record["@arn"] if shape.name.lower().endswith("arn") else record[noun.key[-1]]


def tags_of(sent: Any) -> dict[str, str]:
    """Tags in any of AWS's spellings as a mapping."""
    if isinstance(sent, Mapping):
        return dict(sent)
    pairs = [{name.lower(): value for name, value in tag.items()} for tag in sent or ()]
    return {pair["key"]: pair.get("value", "") for pair in pairs}


def tags_as(shape: Any, tags: Mapping[str, str]) -> Any:
    """A mapping as the shape spells tags."""
    if shape.type_name == "map":
        return dict(tags)
    key, value = sorted(shape.member.members, key=str.lower)[:2]  # Key before Value
    return [{key: name, value: text} for name, text in tags.items()]
