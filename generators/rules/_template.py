"""A template's resources, contracts, and the values that a parameter may have. Pure."""

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
    """A resource; `name` is its logical id."""

    name: str
    raw: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The resource type, for example AWS::S3::Bucket."""
        return str(self.raw.get("Type", ""))

    def at(self, property_path: str) -> Iterator[PropertyValue]:
        """Values below Properties; their paths begin at the resource."""
        return property_values(self.raw.get("Properties"), property_path, ("Properties",))

    def has(self, property_path: str) -> bool:
        """True when the property is set, if only in one branch of Fn::If."""
        return any(not prop.missing for prop in self.at(property_path))


@dataclass(frozen=True, slots=True)
class Template:
    """A whole template."""

    raw: Mapping[str, Any]

    def resources(self, *types: str) -> Iterator[Resource]:
        """Resources of these types, or all; a type that ends with :: stands for all types with this prefix."""
        for name, raw in self.section("Resources").items():
            resource_type = str(raw.get("Type", "")) if isinstance(raw, Mapping) else ""
            if resource_type and (not types or any(_is_type(resource_type, pattern) for pattern in types)):
                yield Resource(name, raw)

    def section(self, name: str) -> Mapping[str, Any]:
        """A section of the template; {} when it is missing or no object, which cfn-lint reports."""
        section = self.raw.get(name)
        return section if isinstance(section, Mapping) else {}

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Name -> parameter, without those that are no objects, which cfn-lint reports."""
        return {name: value for name, value in self.section("Parameters").items() if isinstance(value, Mapping)}

    def parameter(self, name: str) -> Mapping[str, Any]:
        """One parameter; {} when there is none of this name."""
        parameter = self.section("Parameters").get(name)
        return parameter if isinstance(parameter, Mapping) else {}

    def contract(self, value: Any) -> str:
        """`spoke.vpc-id` when the value refers to the parameter of a contract, else "" ."""
        parameter = self.parameter(_ref(value))
        match = _CONTRACT.fullmatch(str(parameter.get("Default", "")))
        return f"{match['scope']}.{match['key']}" if match and is_ssm(parameter) else ""

    def possible_values(self, value: Any) -> tuple[str, ...] | None:
        """The value itself as text, or the allowed values of a parameter; None when they are unknown."""
        if not is_intrinsic(value):
            return (_text(value),)
        allowed = self.parameter(_ref(value)).get("AllowedValues")
        if not isinstance(allowed, list) or not allowed or self.contract(value):
            return None
        return tuple(_text(item) for item in allowed)

    def condition(self, name: Any) -> Any:
        """The expression of a condition; None when there is none of this name."""
        return self.section("Conditions").get(name) if isinstance(name, str) else None

    def condition_in(self, environment: str, name: Any) -> bool | None:
        """The value of a condition in an environment; None when it depends on something else."""
        condition = self.condition(name)
        match function_call(condition):
            case "Fn::Not", [inner]:
                return _not(self._equals(environment, inner))
        return self._equals(environment, condition)

    def _equals(self, environment: str, condition: Any) -> bool | None:
        match function_call(condition):
            case "Fn::Equals", [str(text), side] | [side, str(text)] if self.contract(side) == "spoke.environment":
                return text == environment
        return None

    def is_parameter(self, value: Any) -> bool:
        """True for a reference to a parameter that users type."""
        parameter = self.parameter(_ref(value))
        return bool(parameter) and not is_ssm(parameter)


def is_ssm(parameter: Mapping[str, Any]) -> bool:
    """True for a parameter whose value comes from SSM."""
    return _SSM.fullmatch(str(parameter.get("Type", ""))) is not None


def logical_id(value: Any) -> str:
    """The logical id in Ref or Fn::GetAtt, else "" ."""
    return referenced_name(value).split(".")[0]


def _is_type(resource_type: str, pattern: str) -> bool:
    return resource_type == pattern or (pattern.endswith("::") and resource_type.startswith(pattern))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _ref(value: Any) -> str:
    match function_call(value):
        case "Ref", name:
            return str(name)
    return ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


__all__ = ["Path", "Resource", "Template", "is_ssm", "logical_id"]
