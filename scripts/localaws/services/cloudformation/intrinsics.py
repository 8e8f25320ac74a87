"""Intrinsic functions, conditions, rules and dynamic references. Pure but for what the scope looks up.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.localaws.services.cloudformation.exceptions import ResourceFailed, invalid

_NOTHING = object()
_REFERENCE = re.compile(r"\{\{resolve:(\w+):([^}]+)\}\}")
_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass
class Scope:
    """What a template's expressions can name."""

    parameters: Mapping[str, Any]  # with the pseudo parameters
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    ref: Callable[[str], Any]  # physical id of a resource
    attribute: Callable[[str, str], Any]
    imported: Callable[[str], str]
    secret: Callable[[str, str], str]  # dynamic references: service, name
    _decided: dict[str, bool] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """A named condition."""
        if name not in self.conditions:
            raise invalid(f"Template validation error: undefined condition {name}")
        if name not in self._decided:
            self._decided[name] = bool(self.value(self.conditions[name]))
        return self._decided[name]

    def value(self, node: Any) -> Any:
        """The node with every function evaluated; AWS::NoValue removes the property."""
        found = self._value(node)
        return None if found is _NOTHING else found

    def _value(self, node: Any) -> Any:
        if isinstance(node, dict):
            if len(node) == 1 and (function := _FUNCTIONS.get(next(iter(node)))):
                return function(self, next(iter(node.values())))
            pairs = ((key, self._value(item)) for key, item in node.items())
            return {key: item for key, item in pairs if item is not _NOTHING}
        if isinstance(node, list):
            return [item for item in map(self._value, node) if item is not _NOTHING]
        return self._dynamic(node) if isinstance(node, str) else node

    def _dynamic(self, text: str) -> str:
        return _REFERENCE.sub(lambda match: self.secret(match[1], match[2]), text)

    def named(self, name: str) -> Any:
        """Ref."""
        if name == "AWS::NoValue":
            return _NOTHING
        return self.parameters[name] if name in self.parameters else self.ref(name)


def _get_att(scope: Scope, node: Any) -> Any:
    parts = node.split(".", 1) if isinstance(node, str) else node
    return scope.attribute(parts[0], scope.value(parts[1]))


def _sub(scope: Scope, node: Any) -> str:
    text, local = (node, {}) if isinstance(node, str) else (node[0], scope.value(node[1]))

    def one(match: re.Match[str]) -> str:
        name = match[2].strip()
        if match[1]:
            return "${" + match[2] + "}"
        value = local[name] if name in local else _get_att(scope, name) if "." in name else scope.named(name)
        return str(value)

    return scope._dynamic(_VARIABLE.sub(one, text))


def _select(scope: Scope, node: Any) -> Any:
    index, items = scope.value(node[0]), scope.value(node[1])
    if not isinstance(items, list) or not 0 <= int(index) < len(items):
        raise invalid("Template error: Fn::Select cannot select nonexistent value at index " + str(index))
    return items[int(index)]


def _find(scope: Scope, node: Any) -> Any:
    name, first, second = (scope.value(part) for part in node[:3])
    try:
        return scope.mappings[name][first][second]
    except KeyError:
        raise invalid(f"Template error: Unable to get mapping for {name}::{first}::{second}") from None


def _cidr(scope: Scope, node: Any) -> list[str]:
    block, count, bits = scope.value(node[0]), int(scope.value(node[1])), int(scope.value(node[2]))
    parts = ipaddress.ip_network(block).subnets(new_prefix=32 - bits)
    return [str(part) for part, _ in zip(parts, range(count), strict=False)]


def _zones(scope: Scope, node: Any) -> list[str]:
    region = scope.value(node) or scope.parameters["AWS::Region"]
    return [f"{region}{zone}" for zone in "abc"]


_FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Ref": lambda scope, node: scope.named(node),
    "Condition": lambda scope, node: scope.holds(node) if isinstance(node, str) else {"Condition": scope.value(node)},
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": lambda scope, node: str(node[0]).join(str(item) for item in scope.value(node[1])),
    "Fn::Split": lambda scope, node: scope.value(node[1]).split(node[0]),
    "Fn::Select": _select,
    "Fn::If": lambda scope, node: scope._value(node[1] if scope.holds(node[0]) else node[2]),
    "Fn::And": lambda scope, node: all(scope.value(item) for item in node),
    "Fn::Or": lambda scope, node: any(scope.value(item) for item in node),
    "Fn::Not": lambda scope, node: not scope.value(node[0]),
    "Fn::Equals": lambda scope, node: _text(scope.value(node[0])) == _text(scope.value(node[1])),
    "Fn::Contains": lambda scope, node: scope.value(node[1]) in scope.value(node[0]),
    "Fn::EachMemberIn": lambda scope, node: set(scope.value(node[0])) <= set(scope.value(node[1])),
    "Fn::FindInMap": _find,
    "Fn::ImportValue": lambda scope, node: scope.imported(scope.value(node)),
    "Fn::Base64": lambda scope, node: base64.b64encode(scope.value(node).encode()).decode(),
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _zones,
}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else json.dumps(value)


def check_rules(template: Mapping[str, Any], scope: Scope) -> None:
    """Rules of the template: where the condition holds, every assertion must.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    for name, rule in template.get("Rules", {}).items():
        if not scope.value(rule.get("RuleCondition", True)):
            continue
        for assertion in rule["Assertions"]:
            if not scope.value(assertion["Assert"]):
                told = assertion.get("AssertDescription", "the assertion does not hold")
                raise invalid(f"Template error: Rule {name}: {told}")


def references(node: Any, known: Mapping[str, Any], holds: Callable[[str], bool]) -> set[str]:
    """Logical ids among `known` that an expression names."""
    if isinstance(node, list):
        return set().union(*(references(item, known, holds) for item in node)) if node else set()
    if not isinstance(node, dict):
        return set()
    if "Fn::If" in node and len(node) == 1:
        name, yes, no = node["Fn::If"]
        return references(yes if holds(name) else no, known, holds)
    found = {name for name in _named(node) if name in known}
    return found.union(*(references(item, known, holds) for item in node.values()))


def _named(node: Mapping[str, Any]) -> list[str]:
    if isinstance(node.get("Ref"), str):
        return [node["Ref"]]
    if target := node.get("Fn::GetAtt"):
        return [target.split(".")[0] if isinstance(target, str) else target[0]]
    if text := node.get("Fn::Sub"):
        text, given = (text, {}) if isinstance(text, str) else text
        named = [match[2].strip() for match in _VARIABLE.finditer(text) if not match[1]]
        return [name.split(".")[0] for name in named if name not in given]
    return []


def missing(what: str) -> ResourceFailed:
    """A reference to something that is not there."""
    return ResourceFailed(f"Template error: {what}")
