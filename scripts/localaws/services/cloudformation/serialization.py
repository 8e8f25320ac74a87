"""How CloudFormation words its things in replies. Pure."""

from typing import Any

from scripts.localaws.services.cloudformation import parameters
from scripts.localaws.services.cloudformation.models import Stack, StackResource
from scripts.localaws.services.cloudformation.template import capabilities


def summary(it: Stack) -> dict[str, Any]:
    """StackSummary."""
    found: dict[str, Any] = {
        "StackId": it.arn,
        "StackName": it.name,
        "CreationTime": it.created,
        "StackStatus": it.status,
    }
    found |= (
        {"TemplateDescription": it.deployed.template["Description"]} if "Description" in it.deployed.template else {}
    )
    found |= {"LastUpdatedTime": it.updated} if it.updated else {}
    found |= {"DeletionTime": it.deleted} if it.deleted else {}
    return {**found, "StackStatusReason": it.reason} if it.reason else found


def stack(it: Stack) -> dict[str, Any]:
    """Stack."""
    found = {key: value for key, value in summary(it).items() if key != "TemplateDescription"}
    shown = parameters.shown(it.deployed.template, it.deployed.texts, it.deployed.values)
    found |= {"Description": it.deployed.template.get("Description", ""), "Parameters": shown}
    found |= {"Tags": it.deployed.tags, "Outputs": it.outputs, "Capabilities": it.deployed.capabilities}
    found |= {"EnableTerminationProtection": it.protected, "NotificationARNs": it.notifications}
    found |= {"DisableRollback": it.on_failure == "DO_NOTHING", "RollbackConfiguration": {}}
    return {**found, "RoleARN": it.role} if it.role else found


def resource(it: Stack, name: str, held: StackResource, time_key: str = "Timestamp") -> dict[str, Any]:
    """StackResource, its detail or its summary."""
    found = {
        "StackName": it.name, "StackId": it.arn, "LogicalResourceId": name, "PhysicalResourceId": held.physical.id,
        "ResourceType": held.physical.kind, time_key: held.updated, "ResourceStatus": held.status,
    }  # fmt: skip
    return {**found, "ResourceStatusReason": held.reason} if held.reason else found


def template_summary(decoded: dict[str, Any]) -> dict[str, Any]:
    """GetTemplateSummary's answer."""
    needed = capabilities(decoded)
    found = {
        "Parameters": [_declaration(name, it) for name, it in decoded.get("Parameters", {}).items()],
        "ResourceTypes": sorted({it["Type"] for it in decoded["Resources"].values()}),
        "Description": decoded.get("Description", ""),
        "Version": decoded.get("AWSTemplateFormatVersion", "2010-09-09"),
        "Capabilities": needed,
    }
    why = "The following resource(s) require capabilities: [AWS::IAM]"
    return {**found, "CapabilitiesReason": why} if needed else found


def validated(decoded: dict[str, Any]) -> dict[str, Any]:
    """ValidateTemplate's answer."""
    keys = ("ParameterKey", "DefaultValue", "NoEcho", "Description")
    found = template_summary(decoded)
    rows = [{key: row[key] for key in keys if key in row} for row in found["Parameters"]]
    return {"Parameters": rows, "Description": found["Description"], "Capabilities": found["Capabilities"]}


def _declaration(name: str, it: dict[str, Any]) -> dict[str, Any]:
    found = {"ParameterKey": name, "ParameterType": it["Type"], "NoEcho": str(it.get("NoEcho", "")).lower() == "true"}
    found |= {"DefaultValue": str(it["Default"])} if "Default" in it else {}
    found |= {"Description": it["Description"]} if "Description" in it else {}
    allowed = [str(value) for value in it.get("AllowedValues", [])]
    return {**found, "ParameterConstraints": {"AllowedValues": allowed}} if allowed else found
