"""CloudFormation operations on the stacks of the caller's account and region."""

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

from scripts.localaws.services.cloudformation import (
    evaluation_scope,
    intrinsics,
    parameters,
    serialization,
    stack_executor,
    template,
    template_source,
)
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.models import LOCK, STORES, DeployedTemplate, Stack, Store, now
from scripts.localaws.services.sts import models

Members = dict[str, Any]
_STACK_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
_UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")
_UNSUPPORTED = (
    "ResourceTypes",
    "RollbackConfiguration",
    "StackPolicyBody",
    "StackPolicyURL",
    "StackPolicyDuringUpdateBody",
)


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
            return self.serialized(ActionResult(OPERATIONS[name](self, params)))

    @property
    def store(self) -> Store:
        """Return the stacks of the caller's account and region."""
        return STORES[self.current_account, self.region]


def create_stack(self: CloudFormationResponse, params: Members) -> Members:
    """Validate the request and create the stack in the background."""
    name = params["StackName"]
    stack_id = self.store.tokens.get(("create", params.get("ClientRequestToken", "")))
    if stack_id and self.store.find(stack_id):
        return {"StackId": stack_id}
    if not _STACK_NAME.fullmatch(name):
        raise invalid(f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint")
    if any(stack.name == name for stack in self.store.active()):
        raise ServiceException("AlreadyExistsException", f"Stack [{name}] already exists")
    target = target_template(self, params, None)
    stack = Stack(
        name, self.current_account, self.region, self.access_key, target, token=params.get("ClientRequestToken", "")
    )
    stack.role, stack.notifications = params.get("RoleARN", ""), params.get("NotificationARNs") or []
    disabled = str(params.get("DisableRollback", "")).lower() == "true"
    stack.on_failure = "DO_NOTHING" if disabled else params.get("OnFailure", "ROLLBACK")
    stack.termination_protection = str(params.get("EnableTerminationProtection", "")).lower() == "true"
    check_rules_and_order(self, stack, target)
    self.store.stacks.append(stack)
    stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
    return _start(self, stack, target, "create")


def target_template(
    self: CloudFormationResponse, params: Members, previous: DeployedTemplate | None
) -> DeployedTemplate:
    """Return the template, parameters and tags of the request after the static checks."""
    if previous and str(params.get("UsePreviousTemplate", "")).lower() == "true":
        text = previous.body
    else:
        text = template_source.load(params, self.region, self.access_key)
    decoded = template_source.decode(text)
    template.check(decoded)
    template.check_references(decoded)
    acknowledged = params.get("Capabilities") or []
    template.check_capabilities(decoded, acknowledged)
    parameter_values = parameters.requested_values(decoded, params, previous.parameter_values if previous else {})
    resolved_values = parameters.resolve(decoded, parameter_values, self.region, self.access_key)
    tags = params.get("Tags") if params.get("Tags") is not None else (previous.tags if previous else [])
    _check_tags(tags or [])
    return DeployedTemplate(text, decoded, parameter_values, resolved_values, tags or [], acknowledged)


def _check_tags(tags: list[dict[str, str]]) -> None:
    """Raise an error for a reserved tag key (aws:), except those that Service Catalog sets at launch."""
    for tag in tags:
        if tag["Key"].lower().startswith("aws:") and not tag["Key"].startswith("aws:servicecatalog:"):
            raise invalid("aws: prefixed tag key names are not allowed for external use.")


def check_rules_and_order(self: CloudFormationResponse, stack: Stack, target: DeployedTemplate) -> None:
    """Check rules, conditions and the order of resources before the operation starts."""
    scope = evaluation_scope.scope(stack, target, self.access_key, lambda name: name, lambda name, attribute: "")
    intrinsics.check_rules(target.template, scope)
    template.order(target.template, scope.condition)


def _start(self: CloudFormationResponse, stack: Stack, target: DeployedTemplate, operation: str) -> Members:
    key = self.access_key
    if stack.role:
        key = models.assume_for_service(stack.role, "cloudformation.amazonaws.com", "AWSCloudFormation", stack.account)
    if stack.token:
        self.store.tokens[operation, stack.token] = stack.arn
    threading.Thread(target=stack_executor.run_operation, args=(stack, target, key, operation), daemon=True).start()
    return {"StackId": stack.arn}


def update_stack(self: CloudFormationResponse, params: Members) -> Members:
    """Update the stack in the background; an error if nothing changes."""
    stack = self.store.find(params["StackName"])
    token = params.get("ClientRequestToken", "")
    if token and self.store.tokens.get(("update", token)) == stack.arn:
        return {"StackId": stack.arn}
    if stack.status not in _UPDATABLE:
        raise invalid(f"Stack:{stack.arn} is in {stack.status} state and can not be updated.")
    target = target_template(self, params, stack.deployed)
    previous = stack.deployed
    unchanged = (target.template, target.resolved_values) == (previous.template, previous.resolved_values)
    if unchanged and target.tags == previous.tags:
        raise invalid("No updates are to be performed.")
    check_rules_and_order(self, stack, target)
    stack.token, stack.role, stack.updated = token, params.get("RoleARN", stack.role), now()
    stack.set_status("UPDATE_IN_PROGRESS", "User Initiated")
    return _start(self, stack, target, "update")


def delete_stack(self: CloudFormationResponse, params: Members) -> Members:
    """Delete the stack in the background; a stack that does not exist is no error."""
    try:
        stack = self.store.find(params["StackName"])
    except ServiceException:
        return {}
    if stack.status == "DELETE_COMPLETE":
        return {}
    if params.get("RetainResources"):
        raise invalid("the embedded AWS does not hold RetainResources of DeleteStack; see SUPPORTED.md")
    if stack.termination_protection:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    for output in stack.outputs:
        if "ExportName" in output and (importers := self.store.importers(output["ExportName"])):
            raise invalid(f"Export {output['ExportName']} cannot be deleted as it is in use by {', '.join(importers)}")
    if stack.status.endswith("_IN_PROGRESS"):
        raise invalid(f"Stack [{stack.name}] is {stack.status}; the embedded AWS deletes it when that has ended.")
    stack.role, stack.deleted = params.get("RoleARN", stack.role), now()
    stack.token = params.get("ClientRequestToken", "")
    stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
    _start(self, stack, stack.deployed, "delete")
    return {}


def describe_stacks(self: CloudFormationResponse, params: Members) -> Members:
    """Return one stack, or all active stacks."""
    name = params.get("StackName")
    stacks = [self.store.find(name)] if name else self.store.active()
    return {"Stacks": [serialization.stack_description(stack) for stack in stacks]}


def list_stacks(self: CloudFormationResponse, params: Members) -> Members:
    """Return summaries of the stacks, including deleted ones, filtered by status."""
    statuses = params.get("StackStatusFilter")
    stacks = [stack for stack in self.store.stacks if not statuses or stack.status in statuses]
    return {"StackSummaries": [serialization.stack_summary(stack) for stack in stacks]}


def describe_events(self: CloudFormationResponse, params: Members) -> Members:
    """Return the events of a stack, newest first."""
    return {"StackEvents": list(reversed(self.store.find(params["StackName"]).events))}


def describe_resources(self: CloudFormationResponse, params: Members) -> Members:
    """Return all resources of a stack, or one of them."""
    stack = self.store.find(params.get("StackName") or params["PhysicalResourceId"])
    logical_id = params.get("LogicalResourceId")
    descriptions = [
        serialization.resource_description(stack, name, resource)
        for name, resource in stack.resources.items()
        if logical_id in (None, name)
    ]
    return {"StackResources": descriptions}


def describe_resource(self: CloudFormationResponse, params: Members) -> Members:
    """Return one resource of a stack."""
    stack, name = self.store.find(params["StackName"]), params["LogicalResourceId"]
    if name not in stack.resources:
        raise invalid(f"Resource {name} does not exist for stack {stack.name}")
    detail = serialization.resource_description(stack, name, stack.resources[name], "LastUpdatedTimestamp")
    return {"StackResourceDetail": detail}


def list_resources(self: CloudFormationResponse, params: Members) -> Members:
    """Return summaries of a stack's resources."""
    stack = self.store.find(params["StackName"])
    summaries = [
        serialization.resource_description(stack, name, resource, "LastUpdatedTimestamp")
        for name, resource in stack.resources.items()
    ]
    return {"StackResourceSummaries": summaries}


def get_template(self: CloudFormationResponse, params: Members) -> Members:
    """Return the original text of the template."""
    return {"TemplateBody": self.store.find(params["StackName"]).deployed.body, "StagesAvailable": ["Original"]}


def _requested_template(self: CloudFormationResponse, params: Members) -> Members:
    if params.get("StackName"):
        return self.store.find(params["StackName"]).deployed.template
    decoded = template_source.decode(template_source.load(params, self.region, self.access_key))
    template.check(decoded)
    return decoded


def template_summary(self: CloudFormationResponse, params: Members) -> Members:
    """Return the declarations of a template."""
    return serialization.template_summary(_requested_template(self, params))


def validate_template(self: CloudFormationResponse, params: Members) -> Members:
    """Return the parameters of a valid template."""
    return serialization.validation(_requested_template(self, params))


def list_exports(self: CloudFormationResponse, _: Members) -> Members:
    """Return all exports of the account in the region."""
    exports = self.store.exports().items()
    return {
        "Exports": [{"ExportingStackId": stack.arn, "Name": name, "Value": value} for name, (stack, value) in exports]
    }


def list_imports(self: CloudFormationResponse, params: Members) -> Members:
    """Return the stacks that import an export."""
    importers = self.store.importers(params["ExportName"])
    if not importers:
        raise invalid(f"Export '{params['ExportName']}' is not imported by any stack.")
    return {"Imports": importers}


def update_termination_protection(self: CloudFormationResponse, params: Members) -> Members:
    """Set the termination protection of a stack."""
    stack = self.store.find(params["StackName"])
    stack.termination_protection = str(params["EnableTerminationProtection"]).lower() == "true"
    return {"StackId": stack.arn}


OPERATIONS: dict[str, Callable[[CloudFormationResponse, Members], Members]] = {
    "CreateStack": create_stack,
    "UpdateStack": update_stack,
    "DeleteStack": delete_stack,
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
    "ListImports": list_imports,
    "UpdateTerminationProtection": update_termination_protection,
}
