"""The template as rules see it: resources, contracts, and the values that a parameter may take. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation.intrinsics import function_call, referenced_name
from generators.rules._property_values import Path, PropertyValue, is_intrinsic, property_values

_SSM = re.compile(r"AWS::SSM::Parameter::Value<.+>")
_CONTRACT = re.compile(r"/[a-z0-9-]+/(?P<scope>[a-z-]+)/(?P<key>[a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource, by its logical id."""

    name: str
    raw: Mapping[str, Any]

    @property
    def type(self) -> str:
        """AWS::S3::Bucket."""
        return str(self.raw.get("Type", ""))

    def at(self, route: str) -> Iterator[PropertyValue]:
        """Places below Properties; their paths begin at the resource."""
        return property_values(self.raw.get("Properties", {}), route, ("Properties",))

    def has(self, route: str) -> bool:
        """Whether anything stands there, if only in one branch."""
        return any(not place.missing for place in self.at(route))


@dataclass(frozen=True, slots=True)
class Template:
    """A whole template."""

    raw: Mapping[str, Any]

    def resources(self, *types: str) -> Iterator[Resource]:
        """Resources of these types, or all; a name that ends with :: stands for all types below."""
        for name, raw in self.raw.get("Resources", {}).items():
            kind = str(raw.get("Type", "")) if isinstance(raw, Mapping) else ""
            if kind and (not types or any(kind == it or (it.endswith("::") and kind.startswith(it)) for it in types)):
                yield Resource(name, raw)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Name -> parameter."""
        found: Mapping[str, Any] = self.raw.get("Parameters", {})
        return found

    def contract(self, value: Any) -> str:
        """`spoke.vpc-id` when the value refers to the parameter of a contract, else "" ."""
        parameter = self.parameters.get(_ref(value), {})
        match = _CONTRACT.fullmatch(str(parameter.get("Default", "")))
        return f"{match['scope']}.{match['key']}" if match and is_ssm(parameter) else ""

    def possible(self, value: Any) -> tuple[str, ...] | None:
        """The texts that a value can become: itself, or what a parameter allows; None when that is not known."""
        if not is_intrinsic(value):
            return (_text(value),)
        allowed = self.parameters.get(_ref(value), {}).get("AllowedValues")
        return tuple(_text(it) for it in allowed) if allowed and not self.contract(value) else None

    def holds_in(self, environment: str, condition: str) -> bool | None:
        """Whether a condition holds in an environment; None when it asks for something else."""
        asked = self.raw.get("Conditions", {}).get(condition, {})
        if "Fn::Not" in asked:
            return _not(self._compares(environment, asked["Fn::Not"][0]))
        return self._compares(environment, asked)

    def _compares(self, environment: str, asked: Mapping[str, Any]) -> bool | None:
        sides = asked.get("Fn::Equals", [])
        others = [side for side in sides if self.contract(side) != "spoke.environment"]
        known = len(sides) == 2 and len(others) == 1 and isinstance(others[0], str)
        return others[0] == environment if known else None

    def is_parameter(self, value: Any) -> bool:
        """Whether the value is what a user types."""
        name = _ref(value)
        return name in self.parameters and not is_ssm(self.parameters[name])


def is_ssm(parameter: Mapping[str, Any]) -> bool:
    """Whether SSM fills the parameter."""
    return _SSM.fullmatch(str(parameter.get("Type", ""))) is not None


def referenced(value: Any) -> str:
    """The logical id that Ref or Fn::GetAtt names, else "" ."""
    return referenced_name(value).split(".")[0]


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _ref(value: Any) -> str:
    match function_call(value):
        case "Ref", name:
            return str(name)
    return ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


__all__ = ["Path", "Resource", "Template", "is_ssm", "referenced"]
