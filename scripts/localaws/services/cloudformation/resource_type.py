"""A resource type: the calls that create, read, update and delete its resources. resource_types.yaml has the rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.localaws.core.expressions import tag_map
from scripts.localaws.services.cloudformation.expressions import search
from scripts.localaws.services.cloudformation.physical_resource import Calls, PhysicalResource

_PROPERTY = re.compile(r"\bprops\.(\w+)")


@dataclass(frozen=True)
class Call:
    """A boto3 method with its arguments: an expression for each, or one for all of them."""

    operation: str
    expressions: Mapping[str, str] | str

    def arguments(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments that are not null."""
        if isinstance(self.expressions, str):
            return dict(search(self.expressions, data))
        values = {name: search(expression, data) for name, expression in self.expressions.items()}
        return {name: value for name, value in values.items() if value is not None}

    def properties(self) -> frozenset[str]:
        """Return the properties that the expressions name."""
        texts = [self.expressions] if isinstance(self.expressions, str) else self.expressions.values()
        return frozenset(name for text in texts for name in _PROPERTY.findall(text))


@dataclass(frozen=True)
class PropertyHandler:
    """A property with API calls of its own; resource_types.yaml says when each is made."""

    property: str
    set: tuple[Call, ...] = ()
    change: tuple[Call, ...] = ()
    remove: tuple[Call, ...] = ()
    function: Callable[[PhysicalResource, Any, Any], Calls] | None = None
    on_delete: bool = False

    def calls(self, resource: PhysicalResource, old: Any, new: Any, is_created: bool = False) -> Calls:
        """Yield the calls for a value that differs; None is an absent property."""
        if self.function is not None:
            yield from self.function(resource, old, new)
            return
        with_value = self.set if is_created else (*self.set, *self.change)
        for call in self.remove if new is None else with_value:
            yield call.operation, call.arguments(resource.expression_data(old=old, new=new))


@dataclass(frozen=True)
class TagHandler(PropertyHandler):
    """Tags that are added or changed after the creation."""

    def calls(self, resource: PhysicalResource, old: Any, new: Any, is_created: bool = False) -> Calls:
        """Yield the call for the tags that differ; the call that creates the resource has its first tags."""
        before, after = (tags if isinstance(tags, dict) else tag_map(tags) for tags in (old, new))
        tags = {key: value for key, value in after.items() if before.get(key) != value}
        for call in self.change if tags and not is_created else ():
            yield call.operation, call.arguments(resource.expression_data(tags=tags))


@dataclass(frozen=True)
class ResourceType:
    """A row of resource_types.yaml."""

    service: str
    create: Call | None = None
    read: Call | None = None
    update: Call | None = None
    delete: Call | None = None
    property_handlers: tuple[PropertyHandler, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    physical_id: str = ""
    name_property: str = ""
    lowercase_name: bool = False
    status: str = ""
    rollback: str = "`false`"
    properties: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def supported_properties(self) -> frozenset[str]:
        """Return the properties that calls use, and those of the row."""
        calls = [call for call in (self.create, self.update, self.delete) if call]
        handlers = {handler.property for handler in self.property_handlers}
        names = frozenset({*self.properties, self.name_property, *handlers})
        return names.union(*(call.properties() for call in calls))
