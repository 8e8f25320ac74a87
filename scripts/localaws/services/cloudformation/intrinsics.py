"""Evaluates intrinsic functions, conditions, rules and dynamic references. Only the callbacks of Scope do I/O.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from generators.cloudformation.intrinsics import NO_VALUE, Interpreter
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed, invalid
from scripts.localaws.services.cloudformation.scalars import scalar_text

_DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:([\w-]+):([^}]+)\}\}")


@dataclass
class Scope(Interpreter):
    """Evaluates the expressions of a template for a stack."""

    parameters: Mapping[str, Any]  # with the pseudo parameters
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    physical_id: Callable[[str], Any]
    attribute: Callable[[str, str], Any]
    export: Callable[[str], str]
    secret: Callable[[str, str], str]  # dynamic references: service, name
    _condition_values: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        if name not in self._condition_values:
            self._condition_values[name] = bool(self.value(self.conditions[name]))
        return self._condition_values[name]

    def string(self, text: str) -> str:
        return _DYNAMIC_REFERENCE.sub(lambda match: self.secret(match[1], match[2]), text)

    def ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        return self.parameters[name] if name in self.parameters else self.physical_id(name)

    def get_att(self, resource: str, attribute: str) -> Any:
        return self.attribute(resource, attribute)

    def _apply(self, function: str, argument: Any) -> Any:
        value = super()._apply(function, argument)  # a function can put a dynamic reference together
        return self.string(value) if isinstance(value, str) else value

    def sub_text(self, value: Any) -> str:
        return scalar_text(value)

    def if_(self, condition: str, if_true: Any, if_false: Any) -> Any:
        return self.evaluate(if_true if self.condition(condition) else if_false)

    def find_in_map(self, map_name: Any, top_key: Any, second_key: Any) -> Any:
        name, first, second = self.value([map_name, top_key, second_key])
        try:
            return self.mappings[name][first][second]
        except KeyError:
            raise invalid(f"Template error: Unable to get mapping for {name}::{first}::{second}") from None

    def call(self, function: str, argument: Any) -> Any:
        evaluate = _FUNCTIONS.get(function)
        try:
            return evaluate(self, argument) if evaluate else super().call(function, argument)
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            raise invalid(f"Template error: {function} cannot be evaluated: {error}") from None


def _select(scope: Scope, node: Any) -> Any:
    index, items = scope.value(node[0]), scope.value(node[1])
    if not isinstance(items, list) or not 0 <= int(index) < len(items):
        raise invalid("Template error: Fn::Select cannot select nonexistent value at index " + str(index))
    return items[int(index)]


def _cidr(scope: Scope, node: Any) -> list[str]:
    block, count, bits = scope.value(node[0]), int(scope.value(node[1])), int(scope.value(node[2]))
    parts = ipaddress.ip_network(block).subnets(new_prefix=32 - bits)
    return [str(part) for part, _ in zip(parts, range(count), strict=False)]


def _zones(scope: Scope, node: Any) -> list[str]:
    region = scope.value(node) or scope.parameters["AWS::Region"]
    return [f"{region}{zone}" for zone in "abc"]


_FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Fn::Join": lambda scope, node: node[0].join(map(scalar_text, scope.value(node[1]))),
    "Fn::Split": lambda scope, node: scope.value(node[1]).split(node[0]),
    "Fn::Select": _select,
    "Fn::And": lambda scope, node: all(scope.value(item) for item in node),
    "Fn::Or": lambda scope, node: any(scope.value(item) for item in node),
    "Fn::Not": lambda scope, node: not scope.value(node[0]),
    "Fn::Equals": lambda scope, node: scalar_text(scope.value(node[0])) == scalar_text(scope.value(node[1])),
    "Fn::Contains": lambda scope, node: scope.value(node[1]) in scope.value(node[0]),
    "Fn::EachMemberIn": lambda scope, node: set(scope.value(node[0])) <= set(scope.value(node[1])),
    "Fn::ImportValue": lambda scope, node: scope.export(scope.value(node)),
    "Fn::Base64": lambda scope, node: base64.b64encode(scope.value(node).encode()).decode(),
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _zones,
}


def check_rules(template: Mapping[str, Any], scope: Scope) -> None:
    """Evaluate the template's rules: where the condition of a rule is true, every assertion must be true.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    for name, rule in template.get("Rules", {}).items():
        if not scope.value(rule.get("RuleCondition", True)):
            continue
        for assertion in rule["Assertions"]:
            if not scope.value(assertion["Assert"]):
                description = assertion.get("AssertDescription", "the assertion does not hold")
                raise invalid(f"Template error: Rule {name}: {description}")


def missing_reference(message: str) -> ResourceFailed:
    """Return the failure of a resource that references something that does not exist."""
    return ResourceFailed(f"Template error: {message}")
