"""Replaces the functions of a template with possible values, as a CloudFormation hook receives it. Pure.

AWS Control Tower's proactive controls see resolved properties; their rules take a Ref for a missing value.
https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-concepts.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generators.cloudformation.intrinsics import NO_VALUE, Interpreter
from generators.cloudformation.template_format import declarations

_REGION_AND_ACCOUNT = "eu-west-2:111122223333"  # an example account
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": "111122223333",
    "AWS::NoValue": NO_VALUE,
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-2",
    "AWS::StackId": f"arn:aws:cloudformation:{_REGION_AND_ACCOUNT}:stack/launched/1",
    "AWS::StackName": "launched",
    "AWS::URLSuffix": "amazonaws.com",
}


class _ExampleValues(Interpreter):
    """Gives each function an example of its value: the default of a parameter, the first branch of Fn::If."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        resources = declarations(template, "Resources")
        parameters = {name: _parameter(name, body) for name, body in declarations(template, "Parameters").items()}
        self._names = {**_PSEUDO_PARAMETERS, **parameters, **{name: name.lower() for name in resources}}
        self._types = {name: resource["Type"] for name, resource in resources.items()}

    def ref(self, name: str) -> Any:
        return self._names.get(name, name)

    def get_att(self, resource: str, attribute: Any) -> str:
        if self._types.get(resource) == "AWS::S3::Bucket" and attribute == "Arn":
            return f"arn:aws:s3:::{resource.lower()}"
        name = f"{resource}.{attribute}"
        return f"arn:aws:made:{_REGION_AND_ACCOUNT}:{name}" if name.endswith("Arn") else name

    def sub_literal(self, name: str) -> str:
        return f"${{!{name}}}"

    def if_(self, _condition: str, if_true: Any, _if_false: Any) -> Any:
        return self.evaluate(if_true)

    def call(self, function: str, argument: Any) -> Any:
        value = self.evaluate(argument)
        match function, value:
            case "Fn::Join", [delimiter, list(items)]:
                return str(delimiter).join(str(item) for item in items)
            case "Fn::Select", [index, list(items)] if str(index) in map(str, range(len(items))):
                return items[int(index)]
            case "Fn::Split", [str(delimiter), text] if delimiter:
                return str(text).split(delimiter)
        return value


def resolved(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template with plain values in its resources; an SSM parameter becomes an ARN."""
    values = _ExampleValues(template)
    resources = {name: values.evaluate(item) for name, item in declarations(template, "Resources").items()}
    return {**template, "Resources": resources}


def _parameter(name: str, declaration: Mapping[str, Any]) -> Any:
    kind = declaration["Type"]
    if "AWS::SSM::Parameter::Value" in kind:
        return [f"{name.lower()}-1"] if "List" in kind else f"arn:aws:handed-over:{_REGION_AND_ACCOUNT}:{name}"
    allowed = declaration.get("AllowedValues")
    return declaration.get("Default", allowed[0] if isinstance(allowed, list) and allowed else name)
