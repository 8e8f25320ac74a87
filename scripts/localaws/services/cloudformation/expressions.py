"""JMESPath expressions of resource_types.yaml, and the functions that only they call. Pure."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jmespath
from jmespath.functions import signature

from scripts.localaws.core import expressions
from scripts.localaws.core.expressions import ANY, CommonFunctions

_CFNRESPONSE = Path(__file__).parents[1] / "lambda_" / "cfnresponse.py"
# End of a property's name -> argument, and the name of its members.
_PEERS = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "SecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "PrefixListId": ("PrefixListIds", "PrefixListId"),
}
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def search(expression: str, data: Mapping[str, Any]) -> Any:
    """Return the value of an expression of resource_types.yaml."""
    return expressions.search(expression, data, _OPTIONS)


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


class _Functions(CommonFunctions):
    """The functions of resource types."""

    @signature(ANY)
    def _func_ip_permissions(self, rules: Any) -> Any:
        return ip_permissions(rules)

    @signature(ANY)
    def _func_rule_id(self, props: Mapping[str, str]) -> str:
        """Return the name of an EventBridge rule, after the name of its bus if that is not the default one."""
        bus = props.get("EventBusName", "default").rpartition("/")[2]
        return props["Name"] if bus == "default" else f"{bus}|{props['Name']}"

    @signature(ANY)
    def _func_function_code(self, code: Mapping[str, Any]) -> dict[str, Any]:
        """Return Lambda's Code; inline code becomes a ZIP archive with index.py and AWS's cfnresponse."""
        if "ZipFile" not in code:
            return dict(code)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.py", code["ZipFile"])
            file.writestr("cfnresponse.py", _CFNRESPONSE.read_text(encoding="utf-8"))
        return {"ZipFile": archive.getvalue()}

    @signature(ANY)
    def _func_lifecycle_filter(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """Return the filter of an S3 lifecycle rule; more than one condition are a conjunction."""
        tags = rule.get("TagFilters", [])
        conditions = {name: rule[name] for name in ("Prefix", *_SIZES) if name in rule}
        if len(conditions) + len(tags) > 1:
            return {"And": {**conditions, **({"Tags": tags} if tags else {})}}
        return {"Tag": tags[0]} if tags else conditions or {"Prefix": ""}


_OPTIONS = jmespath.Options(custom_functions=_Functions())
