"""A template as CloudFormation hands it to a hook: functions replaced by what they could yield. Pure.

AWS Control Tower's proactive controls see resolved properties, so its rules take a Ref for a missing value.
https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-concepts.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HERE = "eu-west-2:111122223333"  # an account that stands for every one
_NOTHING = object()  # what it stands for is taken out, with its key
_PSEUDO = {
    "AWS::AccountId": "111122223333",
    "AWS::NoValue": _NOTHING,
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-2",
    "AWS::StackId": f"arn:aws:cloudformation:{_HERE}:stack/launched/1",
    "AWS::StackName": "launched",
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([^}!]+)\}")


def resolved(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template with plain resources. A parameter is its default, a handed-over value an ARN of the right shape."""
    names = dict(_PSEUDO) | {name: _parameter(name, it) for name, it in template.get("Parameters", {}).items()}
    resources = template["Resources"]
    known = names | {name: name.lower() for name in resources}
    kinds = {name: it["Type"] for name, it in resources.items()}
    return {**template, "Resources": {name: _plain(it, known, kinds) for name, it in resources.items()}}


def _parameter(name: str, declared: Mapping[str, Any]) -> Any:
    kind = declared["Type"]
    if "AWS::SSM::Parameter::Value" in kind:
        return [f"{name.lower()}-1"] if "List" in kind else f"arn:aws:handed-over:{_HERE}:{name}"
    return declared.get("Default", next(iter(declared.get("AllowedValues", (name,)))))


def _plain(value: Any, names: Mapping[str, Any], kinds: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [plain for it in value if (plain := _plain(it, names, kinds)) is not _NOTHING]
    if not isinstance(value, dict):
        return value
    function = next(iter(value)) if len(value) == 1 else ""
    if function == "Ref" or function.startswith("Fn::"):
        return _called(function, value[function], names, kinds)
    plain = {key: _plain(it, names, kinds) for key, it in value.items()}
    return {key: it for key, it in plain.items() if it is not _NOTHING}


def _called(function: str, given: Any, names: Mapping[str, Any], kinds: Mapping[str, str]) -> Any:
    match function:
        case "Ref":
            return names[given]
        case "Fn::GetAtt":
            return _attribute(".".join(given) if isinstance(given, list) else given, kinds)
        case "Fn::Sub":
            return _substituted(given, names, kinds)
        case "Fn::If":
            return _plain(given[1], names, kinds)
    inner = _plain(given, names, kinds)
    match function:
        case "Fn::Join":
            return str(inner[0]).join(str(it) for it in inner[1])
        case "Fn::Select":
            return inner[1][int(inner[0])]
        case "Fn::Split":
            return str(inner[1]).split(inner[0])
        case _:
            return inner


def _attribute(name: str, kinds: Mapping[str, str]) -> str:
    resource, _, attribute = name.partition(".")
    if kinds.get(resource) == "AWS::S3::Bucket" and attribute == "Arn":
        return f"arn:aws:s3:::{resource.lower()}"
    return f"arn:aws:made:{_HERE}:{name}" if attribute.endswith("Arn") else name


def _substituted(given: Any, names: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    text, more = given if isinstance(given, list) else (given, {})

    def value(match: re.Match[str]) -> str:
        word = match[1]
        if word in more:
            return str(_plain(more[word], names, kinds))
        return str(names[word]) if word in names else _attribute(word, kinds)

    return _VARIABLE.sub(value, text)
