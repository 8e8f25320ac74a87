"""A template's resources, each expression a text: `*` where a parameter stands, alternatives as a list. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from os.path import commonprefix
from typing import Any

from generators.cloudformation import resource_schemas
from generators.cloudformation.resource import Resource, StackLocation

Template = Mapping[str, Any]
_NOTHING = object()
_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")
_ANY = re.compile(r"\*+")


class TemplateResolver:
    """Speaks one template. `holds`: contract path -> the text of its value; `prefix`: how all names begin."""

    def __init__(
        self, template: Template, holds: Mapping[str, str], prefix: str, place: StackLocation | None = None
    ) -> None:
        self._template, self._holds, self._place = template, holds, place or StackLocation()
        self._named = re.compile(rf"(^|[/:]){re.escape(prefix)}(?=[-/])") if prefix else None
        pseudo = {"AWS::AccountId": self._place.account, "AWS::Region": self._place.region}
        self._pseudo = {**pseudo, "AWS::Partition": self._place.partition, "AWS::StackName": self._place.stack}
        self._things: dict[str, Resource] = {}

    def things(self) -> tuple[Resource, ...]:
        """Every resource."""
        return tuple(self._thing(name) for name in self._template.get("Resources", {}))

    def value(self, node: Any) -> Any:
        """The node with texts in the place of expressions."""
        found = self._value(node)
        return None if found is _NOTHING else found

    def _thing(self, name: str) -> Resource:
        if name not in self._things:
            declared = self._template["Resources"][name]
            self._things[name] = Resource(declared["Type"], name, {}, self._place)  # ends a circle
            props = self.value(declared.get("Properties", {}))
            self._things[name] = Resource(declared["Type"], name, props, self._place)
        return self._things[name]

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [it for it in map(self._value, node) if it is not _NOTHING]
        if isinstance(node, str):
            return self._plain(node)
        if not isinstance(node, dict):
            return node
        if len(node) == 1 and (say := _FUNCTIONS.get(next(iter(node)))):
            return say(self, next(iter(node.values())))
        if len(node) == 1 and next(iter(node)).startswith("Fn::"):
            return "*"
        pairs = ((key, self._value(item)) for key, item in node.items())
        return {key: item for key, item in pairs if item is not _NOTHING}

    def _plain(self, text: str) -> str:
        return self._named.sub(lambda it: it[1] + self._place.prefix, text) if self._named else text

    def ref(self, name: str) -> Any:
        """What Ref gives."""
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self._template.get("Resources", {}):
            thing = self._thing(name)
            identifier = resource_schemas.identifier(thing.kind)
            wide = len(identifier) == 1 and identifier[0].endswith("Arn")
            return list(thing.arns if wide and thing.kind not in _BY_NAME else thing.names)
        if name in self._pseudo:
            return self._pseudo[name]
        return self._holds.get(str(self._template.get("Parameters", {}).get(name, {}).get("Default", "")), "*")

    def attribute(self, name: str, attribute: str) -> Any:
        """What GetAtt gives."""
        if name not in self._template.get("Resources", {}):
            return "*"
        thing = self._thing(name)
        if attribute.endswith("Arn"):
            return list(thing.arns)
        found = thing.props.get(attribute)
        return found if isinstance(found, str) else "*"

    def sub(self, node: Any) -> str:
        """What Sub gives."""
        text, local = (node, {}) if isinstance(node, str) else (node[0], node[1])

        def one(match: re.Match[str]) -> str:
            name = match[2].strip()
            if match[1]:
                return "*"
            if name in local:
                return self.one(self._value(local[name]))
            return self.one(self.attribute(*name.split(".", 1)) if "." in name else self.ref(name))

        return _ANY.sub("*", self._plain(_VARIABLE.sub(one, text)))

    def join(self, node: Any) -> str:
        """What Join gives."""
        parts = node[1] if isinstance(node[1], list) else [node[1]]
        return _ANY.sub("*", self._plain(str(node[0]).join(self.one(self._value(it)) for it in parts)))

    @staticmethod
    def one(value: Any) -> str:
        """A part of a longer text; several alternatives are anything."""
        alternatives = value if isinstance(value, list) else [value]
        return str(alternatives[0]) if len(alternatives) == 1 and alternatives[0] is not _NOTHING else "*"

    def either(self, node: Any) -> Any:
        """What If gives: both."""
        both = [it for it in map(self._value, node[1:]) if it is not _NOTHING]
        return both[0] if len(both) == 1 else both if both else _NOTHING

    def found(self, node: Any) -> str:
        """What FindInMap gives: what the values of every row begin with."""
        table, _, column = node[:3]
        if not isinstance(table, str) or not isinstance(column, str):
            return "*"
        values = [row.get(column) for row in self._template.get("Mappings", {}).get(table, {}).values()]
        texts = [it if isinstance(it, str) else "" for it in values]  # a list begins like nothing else
        return f"{commonprefix(texts)}*"  # noqa: RUF071 texts, not paths


# Ref gives the name although the identifier is an ARN.
_BY_NAME = frozenset({"AWS::Events::Rule"})
_FUNCTIONS: dict[str, Callable[[TemplateResolver, Any], Any]] = {
    "Ref": lambda it, node: it.ref(node),
    "Fn::GetAtt": lambda it, node: it.attribute(*(node.split(".", 1) if isinstance(node, str) else node)),
    "Fn::Sub": lambda it, node: it.sub(node),
    "Fn::Join": lambda it, node: it.join(node),
    "Fn::If": lambda it, node: it.either(node),
    "Fn::FindInMap": lambda it, node: it.found(node),
}
