"""Parameters of a stack: defaults, previous values, constraints, values from SSM Parameter Store.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.scalars import scalar_text

_SSM = "AWS::SSM::Parameter::Value<"
_MASK = "****"
_KEYS = {
    "Type", "Default", "AllowedValues", "AllowedPattern", "ConstraintDescription", "Description",
    "MinLength", "MaxLength", "MinValue", "MaxValue", "NoEcho",
}  # fmt: skip
_TYPES = re.compile(
    r"String|Number|CommaDelimitedList|List<.+>|AWS::SSM::Parameter::(Name|Value<.+>)|AWS::EC2::.+|AWS::Route53::.+"
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def requested_values(
    template: Mapping[str, Any], params: dict[str, Any], previous: Mapping[str, str]
) -> dict[str, str]:
    """Return the value of each parameter as a string. ValidationError if one is missing or breaks a constraint."""
    declared: Mapping[str, Any] = template.get("Parameters", {})
    requested = {parameter["ParameterKey"]: parameter for parameter in params.get("Parameters") or []}
    if unknown := sorted(set(requested) - set(declared)):
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {
        name: _requested_value(parameter, requested.get(name, {}), previous.get(name))
        for name, parameter in declared.items()
    }
    if missing := sorted(name for name, value in values.items() if value is None):
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    texts = {name: str(value) for name, value in values.items()}
    for name, value in texts.items():
        _check_constraints(name, declared[name], value)
    return texts


def _requested_value(parameter: Mapping[str, Any], requested: Mapping[str, Any], previous: str | None) -> str | None:
    if requested.get("UsePreviousValue"):
        if requested.get("ParameterValue"):
            text = (
                f"Invalid input for parameter key {requested['ParameterKey']}. Cannot specify usePreviousValue as true"
            )
            raise invalid(f"{text} and non empty value for a parameter")
        return previous
    if "ParameterValue" in requested:
        return str(requested["ParameterValue"])
    return scalar_text(parameter["Default"]) if "Default" in parameter else None


def check_declarations(template: Mapping[str, Any]) -> None:
    """Raise ValidationError for an invalid parameter declaration."""
    for name, parameter in template.get("Parameters", {}).items():
        if unknown := sorted(set(parameter) - _KEYS):
            raise invalid(f"Invalid template parameter property '{unknown[0]}'")
        if not _TYPES.fullmatch(str(parameter.get("Type"))):
            raise invalid(f"Template format error: Unrecognized parameter type: {parameter.get('Type')} ({name})")


def _check_constraints(name: str, parameter: Mapping[str, Any], value: str) -> None:
    items = value.split(",") if _is_list(parameter["Type"]) else [value]
    if "Number" in parameter["Type"] and not all(_NUMBER.fullmatch(item.strip()) for item in items):
        raise invalid(f"Parameter '{name}' must be a number.")
    problem = next((text for item in items if (text := _constraint_violation(parameter, item.strip()))), "")
    if problem:
        raise invalid(
            f"Parameter {name} failed to satisfy constraint: {parameter.get('ConstraintDescription', problem)}"
        )


def _constraint_violation(parameter: Mapping[str, Any], value: str) -> str:
    allowed = [scalar_text(item) for item in parameter.get("AllowedValues", [value])]
    if value not in allowed:
        return f"must be one of [{', '.join(allowed)}]"
    if not re.fullmatch(str(parameter.get("AllowedPattern", ".*")), value, re.DOTALL):
        return f"must match pattern {parameter['AllowedPattern']}"
    if not int(parameter.get("MinLength", 0)) <= len(value) <= int(parameter.get("MaxLength", 4096)):
        return f"must have a length from {parameter.get('MinLength', 0)} to {parameter.get('MaxLength', 4096)}"
    return _number_violation(parameter, float(value)) if parameter["Type"] == "Number" else ""


def _number_violation(parameter: Mapping[str, Any], number: float) -> str:
    minimum, maximum = float(parameter.get("MinValue", "-inf")), float(parameter.get("MaxValue", "inf"))
    if {"MinValue", "MaxValue"} <= parameter.keys() and not minimum <= number <= maximum:
        return f"must be from {minimum:g} to {maximum:g}"
    if number < minimum:
        return f"must be a number not less than {minimum:g}"
    return "" if number <= maximum else f"must be a number not greater than {maximum:g}"


def _is_list(kind: str) -> bool:
    return kind.startswith(("List<", "CommaDelimitedList"))


def resolve(
    template: Mapping[str, Any], parameter_values: Mapping[str, str], region: str, access_key: str
) -> dict[str, Any]:
    """Return what Ref returns for each parameter: a string, a list, or the SSM value, read as the caller."""
    values: dict[str, Any] = {}
    for name, text in parameter_values.items():
        kind = template["Parameters"][name]["Type"]
        if kind.startswith(_SSM):
            kind, text = kind.removeprefix(_SSM)[:-1], _from_ssm(name, text, region, access_key)
        values[name] = [item.strip() for item in text.split(",")] if _is_list(kind) else text
    return values


def _from_ssm(name: str, path: str, region: str, access_key: str) -> str:
    try:
        response = context.client("ssm", region, access_key).get_parameters(Names=[path])
    except ClientError as error:
        raise invalid(f"Parameter {name}: {error.response['Error']['Message']}") from None
    if not response["Parameters"]:
        raise invalid(f"Unable to fetch parameters [{path}] from parameter store for this account.")
    return str(response["Parameters"][0]["Value"])


def describe(
    template: Mapping[str, Any], parameter_values: Mapping[str, str], resolved_values: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Return the parameters as in the response of DescribeStacks; NoEcho values are masked."""
    descriptions = []
    for name, text in parameter_values.items():
        parameter = template["Parameters"][name]
        masked = str(parameter.get("NoEcho", "")).lower() == "true"
        description = {"ParameterKey": name, "ParameterValue": _MASK if masked else text}
        if parameter["Type"].startswith(_SSM) and not masked:
            value = resolved_values[name]
            description["ResolvedValue"] = ",".join(value) if isinstance(value, list) else value
        descriptions.append(description)
    return descriptions
