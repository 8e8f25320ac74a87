"""Structures of CloudFormation's responses, most of which responses.yaml defines."""

from pathlib import Path
from typing import Any

from scripts.localaws.core.expressions import Structures
from scripts.localaws.services.cloudformation import parameters
from scripts.localaws.services.cloudformation.models import ChangeSet, Stack, StackResource
from scripts.localaws.services.cloudformation.template import capabilities

structure = Structures(Path(__file__).with_name("responses.yaml"))


def stack_summary(stack: Stack) -> dict[str, Any]:
    """Return a StackSummary."""
    return structure("StackSummary", stack, arn=stack.arn, template=stack.deployed.template)


def stack_description(stack: Stack) -> dict[str, Any]:
    """Return a Stack of DescribeStacks."""
    deployed = stack.deployed
    descriptions = parameters.describe(deployed.template, deployed.parameter_values, deployed.resolved_values)
    return structure("Stack", stack, **vars(deployed), arn=stack.arn, parameters=descriptions)


def resource_description(stack: Stack, resource: StackResource, name: str = "StackResource") -> dict[str, Any]:
    """Return a StackResource or a StackResourceDetail, which has the members of a StackResourceSummary."""
    physical = resource.physical
    names = {"logical": physical.logical, "id": physical.id, "kind": physical.kind}
    return structure(name, resource, arn=stack.arn, stack_name=stack.name, **names)


def change_set_summary(change_set: ChangeSet) -> dict[str, Any]:
    """Return a ChangeSetSummary."""
    stack = change_set.stack
    return structure("ChangeSetSummary", change_set, arn=change_set.arn, stack_arn=stack.arn, stack_name=stack.name)


def template_summary(decoded: dict[str, Any]) -> dict[str, Any]:
    """Return the response of GetTemplateSummary."""
    needed = capabilities(decoded)
    members = {
        "Parameters": [_declaration(name, resource) for name, resource in decoded.get("Parameters", {}).items()],
        "ResourceTypes": sorted({resource["Type"] for resource in decoded["Resources"].values()}),
        "Description": decoded.get("Description", ""),
        "Version": decoded.get("AWSTemplateFormatVersion", "2010-09-09"),
        "Capabilities": needed,
    }
    reason = "The following resource(s) require capabilities: [AWS::IAM]"
    return {**members, "CapabilitiesReason": reason} if needed else members


def validation(decoded: dict[str, Any]) -> dict[str, Any]:
    """Return the response of ValidateTemplate."""
    keys = ("ParameterKey", "DefaultValue", "NoEcho", "Description")
    summary = template_summary(decoded)
    declarations = [{key: parameter[key] for key in keys if key in parameter} for parameter in summary["Parameters"]]
    return {"Parameters": declarations, "Description": summary["Description"], "Capabilities": summary["Capabilities"]}


def _declaration(name: str, parameter: dict[str, Any]) -> dict[str, Any]:
    members = {
        "ParameterKey": name,
        "ParameterType": parameter["Type"],
        "NoEcho": str(parameter.get("NoEcho", "")).lower() == "true",
    }
    members |= {"DefaultValue": str(parameter["Default"])} if "Default" in parameter else {}
    members |= {"Description": parameter["Description"]} if "Description" in parameter else {}
    allowed = [str(value) for value in parameter.get("AllowedValues", [])]
    return {**members, "ParameterConstraints": {"AllowedValues": allowed}} if allowed else members
