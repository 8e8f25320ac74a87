"""Decides whether a conditional output or resource can be missing after an upgrade. Pure.

Conditions are compared for every combination of parameter values that the older template accepts, so a condition that
is only written differently loses nothing. A condition that cannot be evaluated counts as a loss.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from generators.check.compatibility.change import Template, canonical, is_ssm_parameter
from generators.cloudformation.intrinsics import Interpreter, function_call

ParameterValues = Mapping[str, str]
_OTHER = "\0"  # stands for every value that no condition compares
_MAX_COMBINATIONS = 4096


class _UnknownError(Exception):
    """A condition that cannot be evaluated here."""


class _Conditions(Interpreter):
    """Collects the conditions that an expression names and the comparisons that they make."""

    def __init__(self, template: Template, expression: Any) -> None:
        self._template = template
        self.expression = expression
        self.definitions: dict[str, Any] = {}
        self.comparisons: list[Any] = []
        self.evaluate(expression)

    def condition(self, name: str) -> None:
        if name not in self.definitions:
            self.definitions[name] = _definition(self._template, name)
            self.evaluate(self.definitions[name])

    def call(self, function: str, argument: Any) -> None:
        if function == "Fn::Equals":
            self.comparisons.append(argument)
        self.evaluate(argument)


class _ConditionEvaluator(Interpreter):
    """Evaluates conditions for one combination of parameter values."""

    def __init__(self, template: Template, values: ParameterValues) -> None:
        self._template, self._values = template, values
        self._pending: list[str] = []  # a condition that names itself has no value

    def is_true(self, expression: Any) -> bool:
        value = self.evaluate(expression)
        if not isinstance(value, bool):
            raise _UnknownError
        return value

    def condition(self, name: str) -> bool:
        if name in self._pending:
            raise _UnknownError
        self._pending.append(name)
        value = self.is_true(_definition(self._template, name))
        self._pending.pop()
        return value

    def call(self, function: str, argument: Any) -> bool:
        match function, argument:
            case "Fn::Equals", _:
                name, value = _comparison(argument)
                return self._values[name] == value
            case "Fn::And", list():
                return all(self.is_true(operand) for operand in argument)
            case "Fn::Or", list():
                return any(self.is_true(operand) for operand in argument)
            case "Fn::Not", [operand]:
                return not self.is_true(operand)
        raise _UnknownError


def may_be_missing(old: Template, new: Template, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an output or resource that existed can be missing now for values that the older template accepts."""
    if "Condition" not in after:
        return False
    conditions = _Conditions(old, _expression(before)), _Conditions(new, _expression(after))
    first, second = (canonical([side.expression, side.definitions]) for side in conditions)
    if first == second:
        return False
    try:
        return any(
            _ConditionEvaluator(old, values).is_true(conditions[0].expression)
            and not _ConditionEvaluator(new, values).is_true(conditions[1].expression)
            for values in _combinations(old, new, conditions)
        )
    except _UnknownError:
        return True


def _expression(declaration: Mapping[str, Any]) -> Any:
    """The condition of an output or resource; one without a condition always exists."""
    return {"Condition": declaration["Condition"]} if "Condition" in declaration else {"Fn::And": []}


def _definition(template: Template, name: str) -> Any:
    return template.get("Conditions", {}).get(name)


def _combinations(
    old: Template, new: Template, conditions: tuple[_Conditions, _Conditions]
) -> Iterator[ParameterValues]:
    """Combinations of parameter values that the conditions distinguish and that the older template accepts."""
    compared: dict[str, set[str]] = {}
    for side in conditions:
        for name, value in map(_comparison, side.comparisons):
            compared.setdefault(name, set()).add(value)
    values = [_values(old, new, name, constants) for name, constants in compared.items()]
    if prod(map(len, values)) > _MAX_COMBINATIONS:
        raise _UnknownError
    return (dict(zip(compared, combination, strict=True)) for combination in product(*values))


def _values(old: Template, new: Template, name: str, constants: set[str]) -> list[str]:
    """Possible values of a parameter: the allowed ones; the default of a new one; any value from SSM."""
    before, after = old.get("Parameters", {}).get(name), new.get("Parameters", {}).get(name, {})
    any_value = [*sorted(constants), _OTHER]
    if is_ssm_parameter(after if before is None else before):
        return any_value
    if before is not None:
        return [str(value) for value in before["AllowedValues"]] if "AllowedValues" in before else any_value
    if "Default" not in after:
        raise _UnknownError
    return [str(after["Default"])]


def _comparison(operands: Any) -> tuple[str, str]:
    """The parameter and the constant that Fn::Equals compares, in either order."""
    if isinstance(operands, list) and len(operands) == 2:
        for reference, constant in (operands, operands[::-1]):
            match function_call(reference):
                case "Ref", name if not isinstance(constant, (dict, list)):
                    return str(name), str(constant)
    raise _UnknownError
