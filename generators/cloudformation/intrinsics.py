"""Intrinsic functions of CloudFormation: one parser and one interpreter; its subclasses give the functions a meaning.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

NO_VALUE: Final = object()  # value of {"Ref": "AWS::NoValue"}: the property or list item that has it is removed
SUB_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


def function_call(node: Any) -> tuple[str, Any] | None:
    """Name and argument of {"Ref": x}, {"Fn::Name": x} or {"Condition": "Name"}; None for any other node."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return None
    [(name, argument)] = node.items()
    named_condition = name == "Condition" and isinstance(argument, str)  # in a policy document it is a plain key
    return (name, argument) if name == "Ref" or str(name).startswith("Fn::") or named_condition else None


def get_att_arguments(argument: Any) -> tuple[str, Any]:
    """Resource and attribute of Fn::GetAtt, written as "Resource.Attribute" or as a list."""
    if isinstance(argument, str):
        resource, _, attribute = argument.partition(".")
        return resource, attribute
    return argument[0], argument[1]


def sub_arguments(argument: Any) -> tuple[Any, Mapping[str, Any]]:
    """Text and local variables of Fn::Sub, written as a text or as a list of both."""
    return (argument[0], argument[1]) if isinstance(argument, list) else (argument, {})


def referenced_name(node: Any) -> str:
    """The name that a single Ref or Fn::GetAtt refers to, else ""."""
    match function_call(node):
        case "Ref", argument:
            return str(argument)
        case "Fn::GetAtt", str(argument):
            return argument.partition(".")[0]
        case "Fn::GetAtt", [resource, *_]:
            return str(resource)
    return ""


class Interpreter:
    """Evaluates an expression. A function that a subclass does not override stays, with its argument evaluated."""

    def value(self, node: Any) -> Any:
        """The node with its functions evaluated; None when it is AWS::NoValue."""
        value = self.evaluate(node)
        return None if value is NO_VALUE else value

    def evaluate(self, node: Any) -> Any:
        """The node with its functions evaluated, without the properties and items that are AWS::NoValue."""
        if call := function_call(node):
            return self._apply(*call)
        if isinstance(node, Mapping):
            return self._properties(node)
        if isinstance(node, list):
            return [value for value in map(self.evaluate, node) if value is not NO_VALUE]
        return self.string(node) if isinstance(node, str) else node

    def _properties(self, node: Mapping[str, Any]) -> dict[str, Any]:
        values = ((key, self.evaluate(item)) for key, item in node.items())
        return {key: value for key, value in values if value is not NO_VALUE}

    def _apply(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Ref", str():
                return self.ref(argument)
            case "Fn::GetAtt", str() | [str(), _]:
                resource, attribute = get_att_arguments(argument)
                return self.get_att(resource, self.evaluate(attribute))
            case "Fn::Sub", str() | [str(), dict()]:
                text, variables = sub_arguments(argument)
                return self.sub(text, self._properties(variables))
            case "Fn::If", [str(), if_true, if_false]:
                return self.if_(argument[0], if_true, if_false)
            case "Fn::FindInMap", [map_name, top_key, second_key, *_]:  # a fourth argument is a default value
                return self.find_in_map(map_name, top_key, second_key)
            case "Condition", _:
                return self.condition(argument)
        return self.call(function, argument)

    def string(self, text: str) -> Any:
        """A plain string."""
        return text

    def ref(self, name: str) -> Any:
        """Ref to a parameter, a pseudo parameter or a resource."""
        return self.call("Ref", name)

    def get_att(self, resource: str, attribute: Any) -> Any:
        """Fn::GetAtt."""
        return self.call("Fn::GetAtt", [resource, attribute])

    def sub(self, text: str, variables: Mapping[str, Any]) -> Any:
        """Fn::Sub; its local variables are evaluated."""

        def replacement(match: re.Match[str]) -> str:
            name = match[2].strip()
            if match[1]:
                return self.sub_literal(match[2])
            if name in variables:
                return self.sub_text(variables[name])
            return self.sub_text(self.get_att(*name.split(".", 1)) if "." in name else self.ref(name))

        return SUB_VARIABLE.sub(replacement, text)

    def sub_literal(self, name: str) -> str:
        """`${!Name}` in the text of Fn::Sub."""
        return f"${{{name}}}"

    def sub_text(self, value: Any) -> str:
        """The value of a variable as a part of the text of Fn::Sub."""
        return str(value)

    def if_(self, condition: str, if_true: Any, if_false: Any) -> Any:
        """Fn::If; the branches are not evaluated."""
        return self.call("Fn::If", [condition, if_true, if_false])

    def find_in_map(self, map_name: Any, top_key: Any, second_key: Any) -> Any:
        """Fn::FindInMap; the arguments are not evaluated."""
        return self.call("Fn::FindInMap", [map_name, top_key, second_key])

    def condition(self, name: str) -> Any:
        """The value of a named condition; where conditions have no value, it is an ordinary property."""
        return {"Condition": self.string(name)}

    def call(self, function: str, argument: Any) -> Any:
        """Any other function, or malformed arguments; the argument is not evaluated."""
        return {function: self.evaluate(argument)}
