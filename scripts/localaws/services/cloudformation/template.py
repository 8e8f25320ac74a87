"""What a template says before anything is made: is it valid, what depends on what, which capabilities it needs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from generators.cloudformation import resource_schemas
from generators.cloudformation.references import ReferenceCollector
from scripts.localaws.services.cloudformation import parameters
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.resource_types import held, is_custom

_SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Resources",
    "Outputs",
}  # fmt: skip
_ATTRIBUTES = {
    "Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata", "UpdatePolicy",
}  # fmt: skip
_POLICIES = {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}
_IAM = {"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::IAM::Policy": ""}
_LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}


def check(template: Mapping[str, Any]) -> None:
    """Raises ValidationError for what CloudFormation refuses before it starts."""
    if unknown := sorted(set(template) - _SECTIONS):
        raise invalid(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not template.get("Resources"):
        raise invalid("Template format error: At least one Resources member must be defined.")
    for section, most in _LIMITS.items():
        if len(template.get(section, {})) > most:
            raise invalid(f"Template format error: Number of {section.lower()} is greater than maximum allowed {most}")
    parameters.check_declared(template)
    for name, it in template["Resources"].items():
        _check_resource(name, it)
    _check_types(template)


def _check_resource(name: str, it: Any) -> None:
    if not name.isalnum():
        raise invalid(f"Template format error: Resource name {name} is non alphanumeric.")
    if not isinstance(it, dict) or "Type" not in it:
        raise invalid(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
    if unknown := sorted(set(it) - _ATTRIBUTES):
        raise invalid(f"Invalid template resource property '{unknown[0]}'")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        if it.get(key, "Delete") not in _POLICIES:
            raise invalid(f"Template format error: Unrecognized {key} {it[key]} for resource {name}")


def _check_types(template: Mapping[str, Any]) -> None:
    kinds = sorted({it["Type"] for it in template["Resources"].values()})
    unknown = [kind for kind in kinds if not is_custom(kind) and not resource_schemas.exists(kind)]
    if unknown:
        raise invalid(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    if missing := [kind for kind in kinds if not held(kind)]:
        told = "the embedded AWS does not hold"
        raise invalid(f"Template format error: {told} resource types [{', '.join(missing)}]; see SUPPORTED.md")


def check_capabilities(template: Mapping[str, Any], given: list[str]) -> None:
    """IAM resources need an acknowledgement; named ones the stronger one."""
    needed = capabilities(template)
    if needed and not (set(given) & {"CAPABILITY_NAMED_IAM"} or set(needed) <= set(given)):
        error = invalid(f"Requires capabilities : [{', '.join(needed)}]")
        error.code = "InsufficientCapabilitiesException"
        raise error


def capabilities(template: Mapping[str, Any]) -> list[str]:
    """What the caller must acknowledge."""
    kinds = [(it["Type"], it.get("Properties", {})) for it in template["Resources"].values() if it["Type"] in _IAM]
    if any(_IAM[kind] and _IAM[kind] in props for kind, props in kinds):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if kinds else []


def order(template: Mapping[str, Any], holds: Callable[[str], bool]) -> dict[str, frozenset[str]]:
    """Logical ids that the conditions keep, each after what it depends on; ValidationError for a circle."""
    every = template["Resources"]
    kept = {name: it for name, it in every.items() if "Condition" not in it or holds(it["Condition"])}
    graph = {name: _depends(it, every, holds) for name, it in kept.items()}
    for name, needed in graph.items():
        if lost := sorted(needed - kept.keys()):
            raise invalid(f"Template format error: Unresolved resource dependencies [{', '.join(lost)}] in {name}")
    try:
        names = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise invalid(f"Circular dependency between resources: [{', '.join(circle.args[1])}]") from None
    return {name: graph[name] for name in names}


class _Dependencies(ReferenceCollector):
    """References in the branches that the conditions choose."""

    def __init__(self, condition_value: Callable[[str], bool]) -> None:
        super().__init__()
        self._condition_value = condition_value

    def if_(self, condition: str, if_true: Any, if_false: Any) -> None:
        self.evaluate(if_true if self._condition_value(condition) else if_false)


def _depends(it: Mapping[str, Any], every: Mapping[str, Any], holds: Callable[[str], bool]) -> frozenset[str]:
    depends_on = it.get("DependsOn", [])
    explicit = {depends_on} if isinstance(depends_on, str) else set(depends_on)
    lost = {name for name in explicit if "Condition" in every.get(name, {}) and not holds(every[name]["Condition"])}
    collector = _Dependencies(holds)
    collector.evaluate(it.get("Properties", {}))
    return frozenset(every.keys() & collector.names | (explicit - lost))


def check_references(template: Mapping[str, Any]) -> None:
    """Every Ref names a parameter or a resource."""
    known = {*template.get("Parameters", {}), *template["Resources"]}
    lost = sorted({name for name in _refs(template["Resources"]) if not name.startswith("AWS::")} - known)
    if lost:
        raise invalid(
            f"Template format error: Unresolved resource dependencies [{', '.join(lost)}] in the Resources block"
        )


def _refs(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["Ref"]} if isinstance(node.get("Ref"), str) and len(node) == 1 else set()
        return own.union(*(_refs(value) for value in node.values()))
    return set().union(*(_refs(item) for item in node)) if isinstance(node, list) and node else set()
