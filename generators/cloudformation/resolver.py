"""Resolves the resources of a template without deploying it. Pure.

Every expression becomes a string, in which `*` marks what only a deployment decides, or a list of alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from os.path import commonprefix
from typing import Any

from generators.cloudformation import resource_schemas
from generators.cloudformation.intrinsics import NO_VALUE, Interpreter
from generators.cloudformation.resource import Resource, StackLocation
from generators.cloudformation.template_format import declarations

Template = Mapping[str, Any]
_STARS = re.compile(r"\*+")
_REF_IS_NAME = frozenset({"AWS::Events::Rule"})  # Ref returns the name although the primary identifier is an ARN


class TemplateResolver(Interpreter):
    """Resolves one template.

    `ssm_values`: SSM path of a parameter's default -> its value. `name_prefix` begins the names of the platform in the
    template; the location's own prefix replaces it.
    """

    def __init__(
        self, template: Template, ssm_values: Mapping[str, str], name_prefix: str, location: StackLocation | None = None
    ) -> None:
        self._template, self._ssm_values, self._location = template, ssm_values, location or StackLocation()
        self._name_prefix = re.compile(rf"(^|[/:]){re.escape(name_prefix)}(?=[-/])") if name_prefix else None
        self._pseudo_parameters = {
            "AWS::AccountId": self._location.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": self._location.partition,
            "AWS::Region": self._location.region,
            "AWS::StackName": self._location.stack_name,
        }
        self._declarations = declarations(template, "Resources")
        self._resources: dict[str, Resource] = {}

    def resources(self) -> tuple[Resource, ...]:
        """Every resource of the template."""
        return tuple(self._resource(name) for name in self._declarations)

    def _resource(self, name: str) -> Resource:
        if name not in self._resources:
            declaration = self._declarations[name]
            self._resources[name] = Resource(declaration["Type"], name, {}, self._location)  # ends a circular reference
            properties = _properties(self.value(declaration.get("Properties", {})))
            self._resources[name] = Resource(declaration["Type"], name, properties, self._location)
        return self._resources[name]

    def string(self, text: str) -> str:
        """The text with the location's name prefix."""
        if self._name_prefix is None:
            return text
        return self._name_prefix.sub(lambda match: match[1] + self._location.name_prefix, text)

    def ref(self, name: str) -> Any:
        """The names or ARNs of a resource, the value of a pseudo parameter, the SSM value of a parameter."""
        if name in self._declarations:
            resource = self._resource(name)
            identifier = resource_schemas.identifier(resource.type)
            is_arn = len(identifier) == 1 and identifier[0].endswith("Arn") and resource.type not in _REF_IS_NAME
            return list(resource.arns if is_arn else resource.names)
        if name in self._pseudo_parameters:
            return self._pseudo_parameters[name]
        parameter = self._template.get("Parameters", {}).get(name, {})
        return self._ssm_values.get(str(parameter.get("Default", "")), "*")

    def get_att(self, resource: str, attribute: Any) -> Any:
        """ARNs, or the property of the same name when it is a string."""
        if resource not in self._declarations or not isinstance(attribute, str):
            return "*"
        resolved = self._resource(resource)
        if attribute.endswith("Arn"):
            return list(resolved.arns)
        value = resolved.properties.get(attribute)
        return value if isinstance(value, str) else "*"

    def sub(self, text: str, variables: Mapping[str, Any]) -> str:
        """The text with its variables resolved."""
        return _STARS.sub("*", self.string(super().sub(text, variables)))

    def sub_literal(self, _name: str) -> str:
        """A policy variable, which the request decides."""
        return "*"

    def sub_text(self, value: Any) -> str:
        """A part of a longer text: several alternatives are unknown."""
        alternatives = value if isinstance(value, list) else [value]
        return str(alternatives[0]) if len(alternatives) == 1 and alternatives[0] is not NO_VALUE else "*"

    def if_(self, _condition: str, if_true: Any, if_false: Any) -> Any:
        """Both branches as alternatives."""
        values = self.evaluate([if_true, if_false])
        return values[0] if len(values) == 1 else values or NO_VALUE

    def find_in_map(self, map_name: Any, _top_key: Any, second_key: Any) -> str:
        """The common beginning of the values in all rows of the map."""
        if not isinstance(map_name, str) or not isinstance(second_key, str):
            return "*"
        rows = self._template.get("Mappings", {}).get(map_name)
        columns = [row for row in (rows.values() if isinstance(rows, Mapping) else ()) if isinstance(row, Mapping)]
        values = [row.get(second_key) for row in columns]
        texts = [value if isinstance(value, str) else "" for value in values]  # a list has no common beginning
        return f"{commonprefix(texts)}*"  # noqa: RUF071 texts, not paths

    def call(self, function: str, argument: Any) -> str:
        """Fn::Join; every other function is unknown."""
        match function, argument:
            case "Fn::Join", [delimiter, items]:
                parts = [self.sub_text(self.evaluate(item)) for item in (items if isinstance(items, list) else [items])]
                return _STARS.sub("*", self.string(str(delimiter).join(parts)))
        return "*"


def _properties(value: Any) -> Mapping[str, Any]:
    """The properties of a resource; each property has the alternatives that Fn::If around all of them gives it."""
    alternatives = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]
    if len(alternatives) == 1:
        return alternatives[0]
    names = dict.fromkeys(name for item in alternatives for name in item)
    return {name: [item[name] for item in alternatives if name in item] for name in names}
