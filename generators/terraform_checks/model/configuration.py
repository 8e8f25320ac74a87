"""References between resources in the configuration of a plan. Pure.

Before an apply ids and ARNs are unknown, so only the configuration shows to which bucket a policy belongs.
https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Targets = frozenset[str]  # addresses without module keys; with a resource's key only where the reference contains it
_KEY = r'\[(?:"(?:[^"\\]|\\.)*"|[^]"]*)\]'
_STEP = re.compile(rf"([\w-]+)({_KEY})?")
_NO_RESOURCE = frozenset({"local", "data", "path", "each", "count", "self", "terraform"})


def steps(address: str) -> list[tuple[str, str]]:
    """The steps of an address with their keys, "" where there is none: [("module", ""), ("keys", ""), ...]."""
    return _STEP.findall(address)


@dataclass(frozen=True, slots=True)
class Module:
    """A module's configuration; `arguments` are those of its call, whose references are those of `parent`."""

    content: Mapping[str, Any]
    prefix: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parent: Module | None = None

    def child(self, name: str) -> Module:
        """The module of a call in this one."""
        call = self.content["module_calls"][name]
        return Module(call.get("module", {}), f"{self.prefix}module.{name}.", call.get("expressions", {}), self)

    def all(self) -> Iterator[Module]:
        """This module and its descendants."""
        yield self
        for name in self.content.get("module_calls", {}):
            yield from self.child(name).all()

    def targets(self, expression: Any) -> Targets:
        """Resources to which an expression refers, through variables and outputs; local values are not followed."""
        return frozenset(target for reference in _references(expression) for target in self._targets(reference))

    def _targets(self, reference: str) -> Targets:
        (head, _), *rest = steps(reference)
        if head == "var" and self.parent:
            return self.parent.targets(self.arguments.get(rest[0][0]))
        if head == "module" and len(rest) > 1:
            child = self.child(rest[0][0])
            return child.targets(child.content.get("outputs", {}).get(rest[1][0], {}).get("expression"))
        if head in _NO_RESOURCE | {"var", "module"} or not rest:
            return frozenset()
        return frozenset({f"{self.prefix}{head}.{rest[0][0]}{rest[0][1]}"})


def references(root: Mapping[str, Any]) -> dict[str, dict[str, Targets]]:
    """Address without keys -> argument in the configuration -> resources to which it refers."""
    return {
        module.prefix + resource["address"]: {
            name: module.targets(_with_for_each(expression, resource))
            for name, expression in resource.get("expressions", {}).items()
        }
        for module in Module(root).all()
        for resource in module.content.get("resources", [])
    }


def _with_for_each(expression: Any, resource: Mapping[str, Any]) -> list[Any]:
    """The expression, and that of for_each when it refers to `each`."""
    uses_each = any(reference.startswith("each.") for reference in _references(expression))
    return [expression, resource.get("for_each_expression", {})] if uses_each else [expression]


def _references(expression: Any) -> Iterable[str]:
    if isinstance(expression, list):
        for item in expression:
            yield from _references(item)
    elif isinstance(expression, dict):
        for name, value in expression.items():
            if name == "references":
                yield from value
            elif name != "constant_value":
                yield from _references(value)
