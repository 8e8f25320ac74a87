"""What the configuration inside a plan says: which resources the arguments of a resource refer to. Pure.

Before an apply ids and ARNs are unknown, so the configuration alone says which bucket a policy is for.
https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Targets = frozenset[str]  # addresses without the keys of modules; a resource's key only where it is written out
_KEY = r'\[(?:"(?:[^"\\]|\\.)*"|[^]"]*)\]'
_STEP = re.compile(rf"([\w-]+)({_KEY})?")
_NO_RESOURCE = frozenset({"local", "data", "path", "each", "count", "self", "terraform"})


def steps(address: str) -> list[tuple[str, str]]:
    """Each step of an address with its key, "" where it has none: [("module", ""), ("keys", ""), ...]."""
    return _STEP.findall(address)


@dataclass(frozen=True, slots=True)
class Module:
    """A module's configuration; `given` are the arguments of its call, written in the module above."""

    content: Mapping[str, Any]
    prefix: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    above: Module | None = None

    def inside(self, name: str) -> Module:
        """A module that this one calls."""
        call = self.content["module_calls"][name]
        return Module(call.get("module", {}), f"{self.prefix}module.{name}.", call.get("expressions", {}), self)

    def all(self) -> Iterator[Module]:
        """This module and those below it."""
        yield self
        for name in self.content.get("module_calls", {}):
            yield from self.inside(name).all()

    def targets(self, expression: Any) -> Targets:
        """Every resource that an expression refers to, through variables and outputs; a local value hides its own."""
        return frozenset(it for reference in _references(expression) for it in self._target(reference))

    def _target(self, reference: str) -> Targets:
        (head, _), *rest = steps(reference)
        if head == "var" and self.above:
            return self.above.targets(self.given.get(rest[0][0]))
        if head == "module" and len(rest) > 1:
            below = self.inside(rest[0][0])
            return below.targets(below.content.get("outputs", {}).get(rest[1][0], {}).get("expression"))
        if head in _NO_RESOURCE | {"var", "module"} or not rest:
            return frozenset()
        return frozenset({f"{self.prefix}{head}.{rest[0][0]}{rest[0][1]}"})


def written(root: Mapping[str, Any]) -> dict[str, dict[str, Targets]]:
    """Address without keys -> argument that is written -> what it refers to."""
    found: dict[str, dict[str, Targets]] = {}
    for module in Module(root).all():
        for it in module.content.get("resources", []):
            found[module.prefix + it["address"]] = {
                name: module.targets(_whole(expression, it)) for name, expression in it.get("expressions", {}).items()
            }
    return found


def _whole(expression: Any, resource: Mapping[str, Any]) -> list[Any]:
    """An expression on `each` refers to what the resource is repeated for."""
    repeated = any(it.startswith("each.") for it in _references(expression))
    return [expression, resource.get("for_each_expression", {})] if repeated else [expression]


def _references(expression: Any) -> Iterable[str]:
    if isinstance(expression, list):
        for it in expression:
            yield from _references(it)
    elif isinstance(expression, dict):
        for name, it in expression.items():
            if name == "references":
                yield from it
            elif name != "constant_value":
                yield from _references(it)
