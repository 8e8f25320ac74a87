"""Parameters of a stack: defaults, previous values, constraints, values that lie in SSM.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.exceptions import invalid

_SSM = "AWS::SSM::Parameter::Value<"
_MASK = "****"
_KEYS = {
    "Type", "Default", "AllowedValues", "AllowedPattern", "ConstraintDescription", "Description",
    "MinLength", "MaxLength", "MinValue", "MaxValue", "NoEcho",
}  # fmt: skip
_TYPES = re.compile(
    r"String|Number|CommaDelimitedList|List<.+>|AWS::SSM::Parameter::(Name|Value<.+>)|AWS::EC2::.+|AWS::Route53::.+"
)


def given(template: Mapping[str, Any], params: dict[str, Any], previous: Mapping[str, str]) -> dict[str, str]:
    """Parameter -> text, as asked for; ValidationError names what is missing or not allowed."""
    declared: Mapping[str, Any] = template.get("Parameters", {})
    asked = {it["ParameterKey"]: it for it in params.get("Parameters") or []}
    if unknown := sorted(set(asked) - set(declared)):
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {name: _value(it, asked.get(name, {}), previous.get(name)) for name, it in declared.items()}
    if missing := sorted(name for name, value in values.items() if value is None):
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    found = {name: str(value) for name, value in values.items()}
    for name, value in found.items():
        _check(name, declared[name], value)
    return found


def _value(declared: Mapping[str, Any], asked: Mapping[str, Any], previous: str | None) -> str | None:
    if asked.get("UsePreviousValue"):
        return previous
    if "ParameterValue" in asked:
        return str(asked["ParameterValue"])
    default = declared.get("Default")
    if isinstance(default, bool):
        return str(default).lower()
    return None if default is None else str(default)


def check_declared(template: Mapping[str, Any]) -> None:
    """ValidationError for a parameter that is declared wrongly."""
    for name, it in template.get("Parameters", {}).items():
        if unknown := sorted(set(it) - _KEYS):
            raise invalid(f"Invalid template parameter property '{unknown[0]}'")
        if not _TYPES.fullmatch(str(it.get("Type"))):
            raise invalid(f"Template format error: Unrecognized parameter type: {it.get('Type')} ({name})")


def _check(name: str, declared: Mapping[str, Any], value: str) -> None:
    items = value.split(",") if _is_list(declared["Type"]) else [value]
    problem = next((text for item in items if (text := _broken(declared, item.strip()))), "")
    if problem:
        raise invalid(
            f"Parameter {name} failed to satisfy constraint: {declared.get('ConstraintDescription', problem)}"
        )


def _broken(declared: Mapping[str, Any], value: str) -> str:
    allowed = [str(item) for item in declared.get("AllowedValues", [value])]
    if value not in allowed:
        return f"must be one of [{', '.join(allowed)}]"
    if not re.fullmatch(str(declared.get("AllowedPattern", ".*")), value, re.DOTALL):
        return f"must match pattern {declared['AllowedPattern']}"
    if not int(declared.get("MinLength", 0)) <= len(value) <= int(declared.get("MaxLength", 4096)):
        return f"must have a length from {declared.get('MinLength', 0)} to {declared.get('MaxLength', 4096)}"
    return _number(declared, value) if declared["Type"] == "Number" else ""


def _number(declared: Mapping[str, Any], value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "must be a number"
    least, most = float(declared.get("MinValue", number)), float(declared.get("MaxValue", number))
    return "" if least <= number <= most else f"must be from {least:g} to {most:g}"


def _is_list(kind: str) -> bool:
    return kind.startswith(("List<", "CommaDelimitedList"))


def resolved(template: Mapping[str, Any], texts: Mapping[str, str], region: str, access_key: str) -> dict[str, Any]:
    """Parameter -> what Ref gives: text, a list, or the value that lies in SSM, read as the caller."""
    found: dict[str, Any] = {}
    for name, text in texts.items():
        kind = template["Parameters"][name]["Type"]
        if kind.startswith(_SSM):
            kind, text = kind.removeprefix(_SSM)[:-1], _from_ssm(name, text, region, access_key)
        found[name] = [item.strip() for item in text.split(",")] if _is_list(kind) else text
    return found


def _from_ssm(name: str, path: str, region: str, access_key: str) -> str:
    try:
        answer = context.client("ssm", region, access_key).get_parameters(Names=[path])
    except ClientError as refused:
        raise invalid(f"Parameter {name}: {refused.response['Error']['Message']}") from None
    if not answer["Parameters"]:
        raise invalid(f"Unable to fetch parameters [{path}] from parameter store for this account.")
    return str(answer["Parameters"][0]["Value"])


def shown(template: Mapping[str, Any], texts: Mapping[str, str], values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Parameters as DescribeStacks shows them; secrets masked."""
    rows = []
    for name, text in texts.items():
        declared = template["Parameters"][name]
        hidden = str(declared.get("NoEcho", "")).lower() == "true"
        row = {"ParameterKey": name, "ParameterValue": _MASK if hidden else text}
        if declared["Type"].startswith(_SSM) and not hidden:
            value = values[name]
            row["ResolvedValue"] = ",".join(value) if isinstance(value, list) else value
        rows.append(row)
    return rows
