"""CloudFormation operations on the stacks of the caller's account and region."""

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, BaseResponse

from scripts.localaws.services.cloudformation import (
    change_sets,
    serialization,
    stack_operations,
    template,
    template_source,
)
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.models import LOCK, Members, Request

_PARAMETERS = """
DeploymentMode ResourceTypes ResourcesToImport RollbackConfiguration StackPolicyBody StackPolicyURL
StackPolicyDuringUpdateBody StackPolicyDuringUpdateURL
"""
_UNSUPPORTED = tuple(_PARAMETERS.split())


class CloudFormationResponse(BaseResponse):
    """Dispatches requests to OPERATIONS; NotImplementedError for any other operation."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    def call_action(self) -> Any:
        """Handle one request."""
        name = self._get_action()
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        params = json.loads(json.dumps(self.params, default=str))
        if unsupported := [key for key in _UNSUPPORTED if params.get(key)]:
            raise invalid(f"the embedded AWS does not hold {', '.join(unsupported)} of {name}; see SUPPORTED.md")
        with LOCK:
            request = Request(self.current_account, self.region, self.access_key)
            return self.serialized(ActionResult(OPERATIONS[name](request, params)))


def describe_stacks(request: Request, params: Members) -> Members:
    """Return one stack, or all active stacks."""
    name = params.get("StackName")
    stacks = [request.store.find(name)] if name else request.store.active()
    return {"Stacks": [serialization.stack_description(stack) for stack in stacks]}


def list_stacks(request: Request, params: Members) -> Members:
    """Return summaries of the stacks, including deleted ones, filtered by status."""
    statuses = params.get("StackStatusFilter")
    stacks = [stack for stack in request.store.stacks if not statuses or stack.status in statuses]
    return {"StackSummaries": [serialization.stack_summary(stack) for stack in stacks]}


def describe_events(request: Request, params: Members) -> Members:
    """Return the events of a stack, newest first."""
    return {"StackEvents": list(reversed(request.store.find(params["StackName"], "Stack [{}] does not exist").events))}


def describe_resources(request: Request, params: Members) -> Members:
    """Return all resources of a stack, or one of them."""
    stack = request.store.find(params.get("StackName") or params["PhysicalResourceId"])
    logical_id = params.get("LogicalResourceId")
    resources = [resource for name, resource in stack.resources.items() if logical_id in (None, name)]
    return {"StackResources": [serialization.resource_description(stack, resource) for resource in resources]}


def describe_resource(request: Request, params: Members) -> Members:
    """Return one resource of a stack."""
    stack, name = request.store.find(params["StackName"], "Stack '{}' does not exist"), params["LogicalResourceId"]
    if name not in stack.resources:
        raise invalid(f"Resource {name} does not exist for stack {stack.name}")
    detail = serialization.resource_description(stack, stack.resources[name], "StackResourceDetail")
    return {"StackResourceDetail": detail}


def list_resources(request: Request, params: Members) -> Members:
    """Return summaries of a stack's resources."""
    stack = request.store.find(params["StackName"])
    resources = stack.resources.values()
    summaries = [serialization.resource_description(stack, resource, "StackResourceDetail") for resource in resources]
    return {"StackResourceSummaries": summaries}


def get_template(request: Request, params: Members) -> Members:
    """Return the original text of the template of a stack or of a change set."""
    if params.get("ChangeSetName"):
        return {"TemplateBody": change_sets.find(request, params).target.body, "StagesAvailable": ["Original"]}
    return {"TemplateBody": request.store.find(params["StackName"]).deployed.body, "StagesAvailable": ["Original"]}


def _requested_template(request: Request, params: Members) -> Members:
    if params.get("StackName"):
        stack = request.store.find(params["StackName"])
        if stack.status == "REVIEW_IN_PROGRESS":
            raise invalid("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
        return stack.deployed.template
    decoded = template_source.decode(template_source.load(params, request.region, request.access_key))
    template.check(decoded)
    return decoded


def template_summary(request: Request, params: Members) -> Members:
    """Return the declarations of a template."""
    return serialization.template_summary(_requested_template(request, params))


def validate_template(request: Request, params: Members) -> Members:
    """Return the parameters of a valid template."""
    return serialization.validation(_requested_template(request, params))


def list_exports(request: Request, _: Members) -> Members:
    """Return all exports of the account in the region."""
    exports = request.store.exports().items()
    return {
        "Exports": [{"ExportingStackId": stack.arn, "Name": name, "Value": value} for name, (stack, value) in exports]
    }


def update_termination_protection(request: Request, params: Members) -> Members:
    """Set the termination protection of a stack."""
    stack = request.store.find(params["StackName"])
    stack.termination_protection = str(params["EnableTerminationProtection"]).lower() == "true"
    return {"StackId": stack.arn}


OPERATIONS: dict[str, Callable[[Request, Members], Members]] = {
    "CreateStack": stack_operations.create_stack,
    "UpdateStack": stack_operations.update_stack,
    "DeleteStack": stack_operations.delete_stack,
    "CreateChangeSet": change_sets.create,
    "DescribeChangeSet": change_sets.describe,
    "ExecuteChangeSet": change_sets.execute,
    "DeleteChangeSet": change_sets.delete,
    "ListChangeSets": change_sets.list_all,
    "DescribeStacks": describe_stacks,
    "ListStacks": list_stacks,
    "DescribeStackEvents": describe_events,
    "DescribeStackResources": describe_resources,
    "DescribeStackResource": describe_resource,
    "ListStackResources": list_resources,
    "GetTemplate": get_template,
    "GetTemplateSummary": template_summary,
    "ValidateTemplate": validate_template,
    "ListExports": list_exports,
    "UpdateTerminationProtection": update_termination_protection,
}


RESPONSE = ("cloudformation", CloudFormationResponse)
