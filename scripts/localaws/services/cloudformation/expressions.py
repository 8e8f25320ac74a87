"""JMESPath expressions of resource_types.yaml, and the functions that they call. Pure.

https://jmespath.org/specification.html#functions
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jmespath
from jmespath.functions import Functions, signature

_ANY: dict[str, list[str]] = {"types": []}
_CFNRESPONSE = Path(__file__).parents[1] / "lambda_" / "cfnresponse.py"
_NAMES_OF_USERS = ("Configuration", "Properties")  # mappings whose keys are no names of the API
_SPELLINGS = {"BuildSpec": "buildspec"}
# End of a property's name -> argument, and the name of its members.
_PEERS = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "SecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "PrefixListId": ("PrefixListIds", "PrefixListId"),
}
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def search(expression: str, data: Mapping[str, Any]) -> Any:
    """Return the value of the expression without nulls; None for a mapping in which nothing else was."""
    return _without_nulls(_compiled(expression).search(data, _OPTIONS))


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [item for item in map(_without_nulls, value) if item is not None]
    if not isinstance(value, dict):
        return value
    members = {name: _without_nulls(member) for name, member in value.items()}
    rest = {name: member for name, member in members.items() if member is not None}
    return rest if rest or not value else None


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def text(document: Any) -> Any:
    """Return a policy document as a JSON string."""
    return document if isinstance(document, str | None) else json.dumps(document)


def lower_camel_case(value: Any) -> Any:
    """Rename properties as some APIs do: with a lower-case first letter."""
    if isinstance(value, list):
        return [lower_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        _SPELLINGS.get(name, name[0].lower() + name[1:]): item if name in _NAMES_OF_USERS else lower_camel_case(item)
        for name, item in value.items()
    }


def ip_permissions(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rules of a security group as EC2's API has them."""
    return [_ip_permission(rule) for rule in rules]


def _ip_permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    description = {"Description": rule["Description"]} if "Description" in rule else {}
    permission: dict[str, Any] = {key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in rule}
    for key, value in rule.items():
        for suffix, (argument, member) in _PEERS.items():
            if key.endswith(suffix):
                permission[argument] = [{member: value, **description}]
    return permission


class _Functions(Functions):
    """The functions of expressions; their names are those of the methods without _func_."""

    @signature(_ANY)
    def _func_text(self, document: Any) -> Any:
        return text(document)

    @signature(_ANY)
    def _func_from_json(self, document: str | None) -> Any:
        return json.loads(document) if document else None

    @signature(_ANY)
    def _func_tag_map(self, tags: Any) -> Any:
        return tag_map(tags) if tags else None

    @signature(_ANY)
    def _func_tag_list(self, tags: Any) -> Any:
        return [{"Key": name, "Value": value} for name, value in tags.items()] if tags else None

    @signature(_ANY)
    def _func_lower_camel_case(self, value: Any) -> Any:
        return lower_camel_case(value)

    @signature(_ANY, _ANY)
    def _func_without(self, value: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
        return {name: member for name, member in value.items() if name not in names}

    @signature(_ANY, _ANY)
    def _func_split(self, value: str | None, separator: str) -> list[str]:
        return value.split(separator) if value else []

    @signature(_ANY, _ANY, _ANY)
    def _func_replace(self, value: str, old: str, new: str) -> str:
        return value.replace(old, new)

    @signature(_ANY)
    def _func_ip_permissions(self, rules: Any) -> Any:
        return ip_permissions(rules)

    @signature(_ANY)
    def _func_rule_id(self, props: Mapping[str, str]) -> str:
        """Return the name of an EventBridge rule, after the name of its bus if that is not the default one."""
        bus = props.get("EventBusName", "default").rpartition("/")[2]
        return props["Name"] if bus == "default" else f"{bus}|{props['Name']}"

    @signature(_ANY)
    def _func_function_code(self, code: Mapping[str, Any]) -> dict[str, Any]:
        """Return Lambda's Code; inline code becomes a ZIP archive with index.py and AWS's cfnresponse."""
        if "ZipFile" not in code:
            return dict(code)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.py", code["ZipFile"])
            file.writestr("cfnresponse.py", _CFNRESPONSE.read_text(encoding="utf-8"))
        return {"ZipFile": archive.getvalue()}

    @signature(_ANY)
    def _func_lifecycle_filter(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """Return the filter of an S3 lifecycle rule; more than one condition are a conjunction."""
        tags = rule.get("TagFilters", [])
        conditions = {name: rule[name] for name in ("Prefix", *_SIZES) if name in rule}
        if len(conditions) + len(tags) > 1:
            return {"And": {**conditions, **({"Tags": tags} if tags else {})}}
        return {"Tag": tags[0]} if tags else conditions or {"Prefix": ""}


_OPTIONS = jmespath.Options(custom_functions=_Functions())
