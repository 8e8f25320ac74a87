"""The changes of an operation before it starts: what a template is evaluated to, as far as it is known.

CloudFormation refuses a template whose functions cannot be evaluated before it creates anything, and compares the
values for change sets.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-view.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation import resource_schemas
from generators.cloudformation.references import ReferenceCollector
from generators.cloudformation.resource import has_property
from scripts.localaws.services.cloudformation import evaluation_scope, schemas, template
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed, invalid
from scripts.localaws.services.cloudformation.intrinsics import Scope
from scripts.localaws.services.cloudformation.models import DeployedTemplate, Stack, StackResource
from scripts.localaws.services.cloudformation.resource_types import RESOURCE_TYPES, is_custom
from scripts.localaws.services.cloudformation.stack_tags import propagated, with_stack_tags

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
Reference = tuple[str, str]  # resource or parameter, attribute or ""


class PreviewScope(Scope):
    """A scope in which values that only exist after the operation are UNKNOWN."""

    def string(self, text: str) -> str:
        try:
            return super().string(text)
        except ResourceFailed:
            return UNKNOWN

    def call(self, function: str, argument: Any) -> Any:
        if _is_unknown(self.value(argument)):
            return UNKNOWN
        try:
            return super().call(function, argument)
        except ResourceFailed:
            return UNKNOWN

    def sub(self, text: str, variables: Mapping[str, Any]) -> Any:
        value = super().sub(text, variables)
        return UNKNOWN if UNKNOWN in value else value

    def find_in_map(self, map_name: Any, top_key: Any, second_key: Any) -> Any:
        arguments = self.value([map_name, top_key, second_key])
        return UNKNOWN if _is_unknown(arguments) else super().find_in_map(*arguments)


def _is_unknown(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (isinstance(value, str) and UNKNOWN in value) or any(map(_is_unknown, items))


@dataclass(frozen=True)
class PropertyChange:
    """A changed property; `causes` are the references to parameters and resources that change it."""

    name: str
    recreation: str  # Never, Conditionally or Always
    is_certain: bool
    causes: tuple[Reference, ...]
    parameters: frozenset[str]  # those of the causes that are parameters


@dataclass(frozen=True)
class ResourceChange:
    """A resource that an operation adds, changes or removes."""

    action: str  # Add, Modify or Remove
    logical: str
    kind: str
    physical: str = ""
    properties: tuple[PropertyChange, ...] = ()
    attributes: tuple[str, ...] = ()  # Metadata or Tags
    policy: str = "Delete"  # DeletionPolicy or UpdateReplacePolicy of what is removed

    @property
    def replacement(self) -> str:
        """True, False or Conditional."""
        changes = [change for change in self.properties if change.recreation != "Never"]
        certain = any(change.recreation == "Always" and change.is_certain for change in changes)
        return "True" if certain else "Conditional" if changes else "False"


class Preview:
    """Evaluates the target template of an operation on a stack without changing anything."""

    def __init__(
        self, stack: Stack, target: DeployedTemplate, access_key: str, read: Callable[[StackResource, str], Any]
    ) -> None:
        self.stack, self.target, self._read = stack, target, read
        self._changes: dict[str, ResourceChange] = {}
        self.scope = evaluation_scope.scope(stack, target, access_key, self._ref, self._attribute, PreviewScope)
        old = stack.deployed.resolved_values
        self._parameters = {name for name, value in target.resolved_values.items() if old.get(name) != value}

    def changes(self) -> list[ResourceChange]:
        """Return the changes of resources. ValidationError if the template cannot be evaluated."""
        order = template.order(self.target.template, self.scope.condition)
        self._check_outputs(order)
        self._changes = {}
        for name in order:
            if change := self._change(name):
                self._changes[name] = change
        removed = [
            ResourceChange(
                "Remove", name, resource.physical.kind, resource.physical.id, policy=resource.deletion_policy
            )
            for name, resource in self.stack.resources.items()
            if name not in order
        ]
        return [*self._changes.values(), *removed]

    def changes_nothing(self) -> bool:
        """Return whether an update changes no resource, output or tag."""
        old, new = self.stack.deployed, self.target
        return old.tags == new.tags and not self.changes() and self._outputs() == self.stack.outputs

    def _outputs(self) -> list[dict[str, str]]:
        return template.outputs(self.target.template, self.scope)

    def _check_outputs(self, included: Mapping[str, Any]) -> None:
        """Refuse an output of a resource whose condition is false."""
        collector = template.ConditionalReferences(self.scope.condition)
        for output in self.target.template.get("Outputs", {}).values():
            if "Condition" not in output or self.scope.condition(output["Condition"]):
                collector.evaluate(output)
        if missing := sorted(set(collector.names) & self.target.template["Resources"].keys() - included.keys()):
            raise invalid(
                f"Unresolved resource dependencies [{', '.join(missing)}] in the Outputs block of the template"
            )
        self._outputs()

    def _change(self, name: str) -> ResourceChange | None:
        declaration, existing = self.target.template["Resources"][name], self.stack.resources.get(name)
        kind, props = declaration["Type"], self.scope.value(declaration.get("Properties", {}))
        _check_supported(kind, props)
        if existing is None:
            return ResourceChange("Add", name, kind)
        if not is_custom(kind):
            props = schemas.coerce(kind, with_stack_tags(kind, name, self.stack.arn, props, self.target.tags))
        properties = tuple(self._property_changes(existing, declaration, props))
        attributes = tuple(self._changed_attributes(name, kind))
        if not properties and not attributes:
            return None
        policy = declaration.get("UpdateReplacePolicy", "Delete")
        return ResourceChange("Modify", name, kind, existing.physical.id, properties, attributes, policy)

    def _changed_attributes(self, name: str, kind: str) -> Iterator[str]:
        old, new = (source.template["Resources"].get(name, {}) for source in (self.stack.deployed, self.target))
        if old.get("Metadata") != new.get("Metadata"):
            yield "Metadata"
        old_tags, new_tags = (propagated(source.tags) for source in (self.stack.deployed, self.target))
        if resource_schemas.tag_property(kind) and old_tags != new_tags:
            yield "Tags"

    def _property_changes(
        self, existing: StackResource, declaration: Mapping[str, Any], new: dict[str, Any]
    ) -> Iterator[PropertyChange]:
        kind, old, texts = declaration["Type"], existing.physical, declaration.get("Properties", {})
        recreation = schemas.replacing_properties(kind, old.props, new)
        for name in schemas.changed_properties(kind, old.props, new):
            if name == resource_schemas.tag_property(kind) and texts.get(name) == self._old_text(old.logical, name):
                continue  # the stack's tags
            causes = self._causes(texts.get(name))
            is_certain = not _is_unknown(new.get(name)) or any(self._is_replaced(cause) for cause, _ in causes)
            need = "Always" if kind != old.kind else recreation.get(name, "Never")
            yield PropertyChange(name, need, is_certain, causes, frozenset(self._parameters))

    def _old_text(self, logical: str, name: str) -> Any:
        return self.stack.deployed.template["Resources"].get(logical, {}).get("Properties", {}).get(name)

    def _causes(self, value: Any) -> tuple[Reference, ...]:
        collector = _AttributeReferences()
        collector.evaluate(value)
        changed = self._parameters | self._changes.keys()
        return tuple(dict.fromkeys(reference for reference in collector.references if reference[0] in changed))

    def _is_replaced(self, name: str) -> bool:
        return name in self._changes and self._changes[name].replacement == "True"

    def _ref(self, name: str) -> str:
        change, resource = self._changes.get(name), self.stack.resources.get(name)
        return UNKNOWN if resource is None or (change and change.replacement != "False") else resource.physical.id

    def _attribute(self, name: str, attribute: str) -> Any:
        kind = self.target.template["Resources"][name]["Type"]
        if kind in RESOURCE_TYPES and attribute not in attributes(kind):
            text = f"resource {name} does not support attribute type {attribute} in Fn::GetAtt"
            raise invalid(f"Template error: {text}")
        resource = self.stack.resources.get(name)
        if resource is None or name in self._changes:
            return UNKNOWN
        try:
            return self._read(resource, attribute)
        except ResourceFailed:
            return UNKNOWN


def _check_supported(kind: str, props: Mapping[str, Any]) -> None:
    if kind not in RESOURCE_TYPES:
        return
    # Names that the type does not have are refused by AWS's handlers, after the operation has started.
    writable = resource_schemas.properties(kind) - set(resource_schemas.read_only(kind))
    refused = [path for path in RESOURCE_TYPES[kind].refused if has_property(props, tuple(path.split("/")))]
    if unsupported := sorted(set(props) & writable - RESOURCE_TYPES[kind].supported_properties()) + refused:
        names = ", ".join(unsupported)
        raise invalid(f"the embedded AWS does not hold {names} of {kind}; see scripts/localaws/SUPPORTED.md")


def attributes(kind: str) -> set[str]:
    """Return the attributes that Fn::GetAtt accepts: the read-only properties, and those of the type's page."""
    names = {name.replace("/", ".") for name in resource_schemas.read_only(kind)}
    return {*RESOURCE_TYPES[kind].attributes, *names}


class _AttributeReferences(ReferenceCollector):
    """Collects references with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[Reference] = []

    def ref(self, name: str) -> None:
        """Add the name."""
        self.references.append((name, ""))

    def get_att(self, resource: str, attribute: Any) -> None:
        """Add the resource with the attribute."""
        self.references.append((resource, str(attribute)))
