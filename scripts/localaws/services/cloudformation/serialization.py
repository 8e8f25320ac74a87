"""Serializes stacks, resources and templates as members of CloudFormation responses."""

from typing import Any

from scripts.localaws.services.cloudformation import parameters
from scripts.localaws.services.cloudformation.models import Stack, StackResource
from scripts.localaws.services.cloudformation.template import capabilities


def stack_summary(stack: Stack) -> dict[str, Any]:
    """Return a StackSummary."""
    members: dict[str, Any] = {
        "StackId": stack.arn,
        "StackName": stack.name,
        "CreationTime": stack.created,
        "StackStatus": stack.status,
    }
    members |= (
        {"TemplateDescription": stack.deployed.template["Description"]}
        if "Description" in stack.deployed.template
        else {}
    )
    members |= {"LastUpdatedTime": stack.updated} if stack.updated else {}
    members |= {"DeletionTime": stack.deleted} if stack.deleted else {}
    return {**members, "StackStatusReason": stack.reason} if stack.reason else members


def stack_description(stack: Stack) -> dict[str, Any]:
    """Return a Stack of DescribeStacks."""
    members = {key: value for key, value in stack_summary(stack).items() if key != "TemplateDescription"}
    descriptions = parameters.describe(
        stack.deployed.template, stack.deployed.parameter_values, stack.deployed.resolved_values
    )
    members |= {"Description": stack.deployed.template.get("Description", ""), "Parameters": descriptions}
    members |= {"Tags": stack.deployed.tags, "Outputs": stack.outputs, "Capabilities": stack.deployed.capabilities}
    members |= {"EnableTerminationProtection": stack.termination_protection, "NotificationARNs": stack.notifications}
    members |= {"DisableRollback": stack.on_failure == "DO_NOTHING", "RollbackConfiguration": {}}
    return {**members, "RoleARN": stack.role} if stack.role else members


def resource_description(
    stack: Stack, name: str, resource: StackResource, time_key: str = "Timestamp"
) -> dict[str, Any]:
    """Return a StackResource, StackResourceDetail or StackResourceSummary."""
    members = {
        "StackName": stack.name, "StackId": stack.arn,
        "LogicalResourceId": name, "PhysicalResourceId": resource.physical.id, "ResourceType": resource.physical.kind,
        time_key: resource.updated, "ResourceStatus": resource.status,
    }  # fmt: skip
    return {**members, "ResourceStatusReason": resource.reason} if resource.reason else members


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
