"""Static checks of a template before a stack operation: validity, dependencies, required capabilities.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from generators.cloudformation import resource_schemas
from generators.cloudformation.references import ReferenceCollector, references
from scripts.localaws.services.cloudformation import parameters, template_syntax
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.intrinsics import Scope
from scripts.localaws.services.cloudformation.resource_types import is_custom, is_supported
from scripts.localaws.services.cloudformation.scalars import scalar_text

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
    """Raise ValidationError if CloudFormation would reject the template before the operation starts."""
    if transforms := template.get("Transform"):
        raise invalid(f"the embedded AWS does not hold the transforms {transforms}; see SUPPORTED.md")
    if unknown := sorted(set(template) - _SECTIONS):
        raise invalid(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not template.get("Resources"):
        raise invalid("Template format error: At least one Resources member must be defined.")
    for section, maximum in _LIMITS.items():
        if len(template.get(section, {})) > maximum:
            raise invalid(
                f"Template format error: Number of {section.lower()} is greater than maximum allowed {maximum}"
            )
    for name, resource in template["Resources"].items():
        _check_resource(name, resource)
    template_syntax.check(template)
    parameters.check_declarations(template)
    _check_types(template)


def _check_resource(name: str, resource: Any) -> None:
    if not name.isalnum():
        raise invalid(f"Template format error: Resource name {name} is non alphanumeric.")
    if not isinstance(resource, dict):
        raise invalid("Template format error: Any Resources member must be an object.")
    if "Type" not in resource:
        raise invalid(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
    version = {"Version"} if is_custom(str(resource["Type"])) else set()
    if unknown := sorted(set(resource) - _ATTRIBUTES - version):
        raise invalid(f"Invalid template resource property '{unknown[0]}'")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        if resource.get(key, "Delete") not in _POLICIES:
            raise invalid(f"Template format error: Unrecognized {key} {resource[key]} for resource {name}")


def _check_types(template: Mapping[str, Any]) -> None:
    types = sorted({resource["Type"] for resource in template["Resources"].values()})
    unknown = [type_name for type_name in types if not is_custom(type_name) and not resource_schemas.exists(type_name)]
    if unknown:
        raise invalid(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    if unsupported := [type_name for type_name in types if not is_supported(type_name)]:
        message = f"the embedded AWS does not hold resource types [{', '.join(unsupported)}]; see SUPPORTED.md"
        raise invalid(f"Template format error: {message}")


def check_capabilities(template: Mapping[str, Any], acknowledged: list[str]) -> None:
    """Raise an error unless the caller acknowledged the IAM capabilities that the template requires."""
    required = capabilities(template)
    if required and not (set(acknowledged) & {"CAPABILITY_NAMED_IAM"} or set(required) <= set(acknowledged)):
        error = invalid(f"Requires capabilities : [{', '.join(required)}]")
        error.code = "InsufficientCapabilitiesException"
        raise error


def capabilities(template: Mapping[str, Any]) -> list[str]:
    """Return the capabilities that the caller must acknowledge."""
    iam_resources = [
        (resource["Type"], resource.get("Properties", {}))
        for resource in template["Resources"].values()
        if resource["Type"] in _IAM
    ]
    if any(_IAM[kind] and _IAM[kind] in props for kind, props in iam_resources):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if iam_resources else []


def order(template: Mapping[str, Any], condition_value: Callable[[str], bool]) -> dict[str, frozenset[str]]:
    """Return the logical ids whose conditions are true, with dependencies, in creation order. Cycles raise an error."""
    resources = template["Resources"]
    included = {
        name: resource
        for name, resource in resources.items()
        if "Condition" not in resource or condition_value(resource["Condition"])
    }
    graph = {name: _dependencies(resource, resources, condition_value) for name, resource in included.items()}
    for depends_on in graph.values():
        if unresolved := sorted(depends_on - included.keys()):
            text = f"Unresolved resource dependencies [{', '.join(unresolved)}] in the Resources block of the template"
            raise invalid(f"Template format error: {text}")
    try:
        names = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise invalid(f"Circular dependency between resources: [{', '.join(error.args[1])}]") from None
    return {name: graph[name] for name in names}


class ConditionalReferences(ReferenceCollector):
    """Collects references in the branches of Fn::If that the conditions select."""

    def __init__(self, condition_value: Callable[[str], bool]) -> None:
        super().__init__()
        self._condition_value = condition_value

    def if_(self, condition: str, if_true: Any, if_false: Any) -> None:
        self.evaluate(if_true if self._condition_value(condition) else if_false)


def _dependencies(
    resource: Mapping[str, Any], resources: Mapping[str, Any], condition_value: Callable[[str], bool]
) -> frozenset[str]:
    explicit = _depends_on(resource)
    excluded = {
        name
        for name in explicit
        if "Condition" in resources.get(name, {}) and not condition_value(resources[name]["Condition"])
    }
    collector = ConditionalReferences(condition_value)
    collector.evaluate(resource.get("Properties", {}))
    return frozenset(resources.keys() & collector.names | (explicit - excluded))


def check_references(template: Mapping[str, Any]) -> None:
    """Raise ValidationError for a reference to what is neither a parameter nor a resource."""
    declared = {*template.get("Parameters", {}), *template["Resources"]}
    for section in ("Resources", "Outputs"):
        members = list(template.get(section, {}).values())
        names = {*references(members), *(name for member in members for name in _depends_on(member))}
        if unresolved := sorted({name for name in names if not name.startswith("AWS::")} - declared):
            text = f"Unresolved resource dependencies [{', '.join(unresolved)}] in the {section} block of the template"
            raise invalid(f"Template format error: {text}")


def _depends_on(resource: Mapping[str, Any]) -> set[str]:
    names = resource.get("DependsOn", [])
    return {names} if isinstance(names, str) else set(names)


def outputs(template: Mapping[str, Any], scope: Scope) -> list[dict[str, str]]:
    """Return the outputs of a stack, as DescribeStacks has them."""
    rows = []
    for name, output in template.get("Outputs", {}).items():
        if "Condition" in output and not scope.condition(output["Condition"]):
            continue
        row = {"OutputKey": name, "OutputValue": _output_text(name, scope.value(output["Value"]))}
        row |= {"Description": output["Description"]} if "Description" in output else {}
        row |= {"ExportName": scope.value(output["Export"]["Name"])} if "Export" in output else {}
        rows.append(row)
    return rows


def _output_text(name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        text = "The Value field of every Outputs member must evaluate to a String."
        raise invalid(f"Template format error: Output {name} is malformed. {text}")
    return scalar_text(value)
