"""Evaluates a template as far as its text decides, so that equal values are written equally. Pure.

Names are replaced by what they stand for: a condition by its definition, a map by its rows, an SSM parameter by its
path. What only a deployment decides stays a function in one spelling.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from generators.cloudformation import property_values, update_behavior
from generators.cloudformation.intrinsics import NO_VALUE, SUB_VARIABLE, Interpreter, function_call

Template = Mapping[str, Any]
NO_ROW = "\0no row"  # the value of Fn::FindInMap for a key without a row, which CloudFormation refuses
_DYNAMIC_REFERENCE = re.compile(r"{{resolve:[^{}]+}}")
_ATTRIBUTES = ("Type", "Properties", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Condition")


def is_ssm_parameter(parameter: Mapping[str, Any]) -> bool:
    """Whether SSM supplies the value, so that no user enters it; the default and the allowed values are an SSM path."""
    return str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::Value<")


def section(template: Template, name: str) -> Mapping[str, Any]:
    """A section of a template; empty when it is missing or no mapping."""
    value = template.get(name)
    return value if isinstance(value, Mapping) else {}


def variable(template: Template, name: str) -> str:
    """The identity of what Ref returns: the dynamic reference of an SSM parameter, else the name itself."""
    parameter = section(template, "Parameters").get(name, {})
    is_path = is_ssm_parameter(parameter) and "Default" in parameter
    return f"{{{{resolve:ssm:{parameter['Default']}}}}}" if is_path else name


class NormalForm(Interpreter):
    """Evaluates one template; `values` are values of variables."""

    def __init__(self, template: Template, values: Mapping[str, str]) -> None:
        self._template, self._values = template, values
        self._pending: list[str] = []  # a condition that names itself has no value

    def resource(self, declaration: Mapping[str, Any]) -> dict[str, Any]:
        """A resource in one spelling; a missing deletion policy is the default of the type."""
        resource_type = str(declaration.get("Type", ""))
        evaluated = self.value(declaration.get("Properties")) or {}
        properties = property_values.properties(resource_type, evaluated)
        form = {key: self.text(item) for key, item in declaration.items() if key not in _ATTRIBUTES}
        form |= {"Type": resource_type, "Properties": properties, "Condition": self.existence(declaration)}
        for policy, default in update_behavior.default_policies(resource_type, evaluated).items():
            form[policy] = self.text(declaration.get(policy, default))
        depends_on = declaration.get("DependsOn") or []
        return form | {"DependsOn": sorted(map(str, property_values.items(depends_on)))}

    def output(self, declaration: Mapping[str, Any]) -> dict[str, Any]:
        """An output in one spelling."""
        form = {key: self.text(item) for key, item in declaration.items() if key != "Condition"}
        return form | {"Condition": self.existence(declaration)}

    def existence(self, declaration: Mapping[str, Any]) -> Any:
        """Whether a declaration exists: true, false, or the condition as an expression."""
        return self.condition(declaration["Condition"]) if "Condition" in declaration else True

    def text(self, node: Any) -> Any:
        """Any value in one spelling."""
        return property_values.text(self.value(node))

    def string(self, text: str) -> Any:
        """The text; a dynamic reference is a reference."""
        return {"Ref": text} if _DYNAMIC_REFERENCE.fullmatch(text) else text

    def ref(self, name: str) -> Any:
        """The value of a variable, or a reference to it."""
        if name == "AWS::NoValue":
            return NO_VALUE
        identity = variable(self._template, name)
        if identity not in self._values:
            return {"Ref": identity}
        value = self._values[identity]
        is_list = "List" in str(section(self._template, "Parameters").get(name, {}).get("Type", ""))
        return [item.strip() for item in value.split(",")] if is_list else value

    def sub(self, text: str, variables: Mapping[str, Any]) -> Any:
        """The text and its variables, joined."""
        return _joined(self._sub_parts(text, variables))

    def _sub_parts(self, text: str, variables: Mapping[str, Any]) -> Iterator[Any]:
        pieces = SUB_VARIABLE.split(text)
        yield pieces[0]
        for literal, name, rest in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            yield self.sub_literal(name) if literal else self._sub_variable(name.strip(), variables)
            yield rest

    def _sub_variable(self, name: str, variables: Mapping[str, Any]) -> Any:
        if name in variables:
            return variables[name]
        return self.get_att(*name.split(".", 1)) if "." in name else self.ref(name)

    def if_(self, condition: str, if_true: Any, if_false: Any) -> Any:
        """The branch that the condition selects, or both."""
        existence = self.condition(condition)
        if isinstance(existence, bool):
            return self.evaluate(if_true if existence else if_false)
        first, second = (_reference_if_no_value(self.evaluate(branch)) for branch in (if_true, if_false))
        return first if first == second else {"Fn::If": [existence, first, second]}

    def _apply(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Fn::FindInMap", [map_name, top_key, second_key, {"DefaultValue": default}]:
                value = self.find_in_map(map_name, top_key, second_key)
                return self.evaluate(default) if value == NO_ROW else value
        return super()._apply(function, argument)

    def find_in_map(self, map_name: Any, top_key: Any, second_key: Any) -> Any:
        """The value in the map, or all rows with the keys that select one."""
        name, top, second = (self.evaluate(key) for key in (map_name, top_key, second_key))
        rows = section(self._template, "Mappings").get(name) if isinstance(name, str) else None
        if not isinstance(rows, Mapping):
            return {"Fn::FindInMap": [name, top, second]}
        if isinstance(top, str):
            row = rows.get(top, {})
            return _row_value(row, second) if isinstance(second, str) else {"Fn::FindInMap": [row, second]}
        if isinstance(second, str):
            return {"Fn::FindInMap": [{key: _row_value(row, second) for key, row in rows.items()}, top]}
        return {"Fn::FindInMap": [rows, top, second]}

    def condition(self, name: Any) -> Any:
        """The value of a condition, or its definition as an expression."""
        conditions = section(self._template, "Conditions")
        if not isinstance(name, str) or name not in conditions or name in self._pending:
            return {"Condition": name}
        self._pending.append(name)
        value = self.evaluate(conditions[name])
        self._pending.pop()
        return value

    def call(self, function: str, argument: Any) -> Any:
        """Functions of text and lists, and the operators of conditions."""
        value = self.value(argument)
        operation = _FUNCTIONS.get(function)
        return operation(value) if operation and isinstance(value, list) else {function: value}


def _reference_if_no_value(value: Any) -> Any:
    return {"Ref": "AWS::NoValue"} if value is NO_VALUE else value


def _row_value(row: Any, key: str) -> Any:
    return row.get(key, NO_ROW) if isinstance(row, Mapping) else NO_ROW


def _joined(parts: Iterable[Any]) -> Any:
    """Parts of a text: one text, one function, or Fn::Join of both without a delimiter."""
    result: list[Any] = []
    for part in _flat(parts):
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        elif part != "":
            result.append(part)
    return {"Fn::Join": ["", result]} if len(result) > 1 else result[0] if result else ""


def _flat(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        match part:
            case {"Fn::Join": ["", list(inner)]}:
                yield from inner
            case dict() | list():
                yield part
            case _:
                yield property_values.text(part)


def _join(argument: list[Any]) -> Any:
    match argument:
        case [str(delimiter), list(items)] if not delimiter or not any(_is_conditional(item) for item in items):
            return _joined([part for item in items for part in (delimiter, item)][1:])
    return {"Fn::Join": argument}


def _is_conditional(item: Any) -> bool:
    call = function_call(item)
    return bool(call and call[0] == "Fn::If")


def _select(argument: list[Any]) -> Any:
    match argument:
        case [index, list(items)] if str(index).isdecimal() and int(index) < len(items):
            if not any(_is_conditional(item) for item in items):
                return items[int(index)]
    return {"Fn::Select": argument}


def _split(argument: list[Any]) -> Any:
    match argument:
        case [str(delimiter), str(text)] if delimiter:
            return text.split(delimiter)
    return {"Fn::Split": argument}


def _equals(operands: list[Any]) -> Any:
    first_and_second = sorted(_key(property_values.text(operand)) for operand in operands)
    if len(operands) == 2 and (len(set(first_and_second)) == 1 or not any(map(has_function, operands))):
        return len(set(first_and_second)) == 1
    return {"Fn::Equals": [json.loads(key) for key in first_and_second]}


def _not(operands: list[Any]) -> Any:
    match operands:
        case [bool(value)]:
            return not value
        case [{"Fn::Not": [operand]}]:
            return operand
    return {"Fn::Not": operands}


def _operator(function: str, deciding: bool) -> Callable[[list[Any]], Any]:
    """Fn::And is false, and Fn::Or is true, as soon as one operand is."""

    def apply(operands: list[Any]) -> Any:
        if any(operand is deciding for operand in operands):
            return deciding
        unknown = {_key(operand): operand for operand in operands if operand is not (not deciding)}
        if len(unknown) == 1:
            return next(iter(unknown.values()))
        return {function: [unknown[key] for key in sorted(unknown)]} if unknown else not deciding

    return apply


def has_function(value: Any) -> bool:
    """Whether an evaluated value contains what only a deployment decides."""
    if isinstance(value, Mapping):
        return bool(function_call(value)) or any(map(has_function, value.values()))
    if isinstance(value, list):
        return any(map(has_function, value))
    return isinstance(value, str) and bool(_DYNAMIC_REFERENCE.search(value))


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


_FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "Fn::And": _operator("Fn::And", deciding=False),
    "Fn::Equals": _equals,
    "Fn::Join": _join,
    "Fn::Not": _not,
    "Fn::Or": _operator("Fn::Or", deciding=True),
    "Fn::Select": _select,
    "Fn::Split": _split,
}
