"""Create, update and delete a stack: checks at once, then the operation in the background.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

import re
import threading

from moto.core.exceptions import ServiceException
from moto.sns.models import sns_backends

from scripts.localaws.services.cloudformation import intrinsics, parameters, stack_executor, template, template_source
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.models import DeployedTemplate, Members, Request, Stack, now
from scripts.localaws.services.cloudformation.preview import Preview
from scripts.localaws.services.sts import models

_NAME = r"[a-zA-Z][-a-zA-Z0-9]*"
_UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def create_stack(request: Request, params: Members) -> Members:
    """Validate the request and create the stack in the background."""
    name = params["StackName"]
    stack_id = request.store.tokens.get(("create", params.get("ClientRequestToken", "")))
    if stack_id and request.store.find(stack_id):
        return {"StackId": stack_id}
    check_name(name)
    if any(stack.name == name for stack in request.store.active()):
        raise ServiceException("AlreadyExistsException", f"Stack [{name}] already exists")
    target = target_template(request, params, None)
    stack = new_stack(request, params, target)
    preview(request, stack, target).changes()
    request.store.stacks.append(stack)
    stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
    return start(request, stack, target, "create")


def check_name(name: str) -> None:
    """Raise ValidationError for an invalid stack name."""
    if re.fullmatch(_NAME, name) and len(name) <= 128:
        return
    constraint = f"Member must satisfy regular expression pattern: {_NAME}|arn:[-a-zA-Z0-9:/._+]*"
    if re.fullmatch(_NAME, name):
        constraint = "Member must have length less than or equal to 128"
    text = f"Value '{name}' at 'stackName' failed to satisfy constraint: {constraint}"
    raise invalid(f"1 validation error detected: {text}")


def new_stack(request: Request, params: Members, target: DeployedTemplate) -> Stack:
    """Return the stack of a request; it is not stored."""
    token = params.get("ClientRequestToken", "")
    stack = Stack(params["StackName"], request.account, request.region, request.access_key, target, token=token)
    stack.role, stack.notifications = params.get("RoleARN", ""), notifications(request, params, [])
    disabled = str(params.get("DisableRollback", "")).lower() == "true"
    stack.on_failure = "DO_NOTHING" if disabled else params.get("OnFailure", "ROLLBACK")
    stack.termination_protection = str(params.get("EnableTerminationProtection", "")).lower() == "true"
    return stack


def notifications(request: Request, params: Members, default: list[str]) -> list[str]:
    """Return the topics of a request; ValidationError for one that does not exist."""
    topics = params.get("NotificationARNs")
    for topic in topics or ():
        if topic not in sns_backends[request.account][request.region].topics:
            raise invalid(f"The topic {topic} of NotificationARNs does not exist")
    return default if topics is None else topics


def preview(request: Request, stack: Stack, target: DeployedTemplate) -> Preview:
    """Return the preview of an operation, after the check of the template's rules."""
    operation = stack_executor.StackOperation(stack, target, request.access_key)
    check = Preview(stack, target, request.access_key, operation.attribute_of)
    intrinsics.check_rules(target.template, check.scope)
    return check


def target_template(request: Request, params: Members, previous: DeployedTemplate | None) -> DeployedTemplate:
    """Return the template, parameters and tags of the request after the static checks."""
    if previous and str(params.get("UsePreviousTemplate", "")).lower() == "true":
        text = previous.body
    else:
        text = template_source.load(params, request.region, request.access_key)
    decoded = template_source.decode(text)
    template.check(decoded)
    template.check_references(decoded)
    acknowledged = params.get("Capabilities") or []
    template.check_capabilities(decoded, acknowledged)
    parameter_values = parameters.requested_values(decoded, params, previous.parameter_values if previous else {})
    resolved_values = parameters.resolve(decoded, parameter_values, request.region, request.access_key)
    tags = params.get("Tags") if params.get("Tags") is not None else (previous.tags if previous else [])
    _check_tags(tags or [])
    return DeployedTemplate(text, decoded, parameter_values, resolved_values, tags or [], acknowledged)


def _check_tags(tags: list[dict[str, str]]) -> None:
    """Raise an error for a reserved tag key (aws:), except those that Service Catalog sets at launch."""
    for tag in tags:
        if tag["Key"].lower().startswith("aws:") and not tag["Key"].startswith("aws:servicecatalog:"):
            raise invalid("aws: prefixed tag key names are not allowed for external use.")


def start(request: Request, stack: Stack, target: DeployedTemplate, operation: str) -> Members:
    """Run the operation in the background with the stack's role, or else with the caller's identity."""
    key = request.access_key
    if stack.role:
        key = models.assume_for_service(stack.role, "cloudformation.amazonaws.com", "AWSCloudFormation", stack.account)
    if stack.token:
        request.store.tokens[operation, stack.token] = stack.arn
    threading.Thread(target=stack_executor.run_operation, args=(stack, target, key, operation), daemon=True).start()
    return {"StackId": stack.arn}


def update_stack(request: Request, params: Members) -> Members:
    """Update the stack in the background; an error if nothing changes."""
    stack = request.store.find(params["StackName"])
    token = params.get("ClientRequestToken", "")
    if token and request.store.tokens.get(("update", token)) == stack.arn:
        return {"StackId": stack.arn}
    check_updatable(stack)
    target = target_template(request, params, stack.deployed)
    topics = notifications(request, params, stack.notifications)
    if preview(request, stack, target).changes_nothing() and topics == stack.notifications:
        raise invalid("No updates are to be performed.")
    stack.token, stack.role, stack.notifications = token, params.get("RoleARN", stack.role), topics
    begin_update(stack)
    return start(request, stack, target, "update")


def check_updatable(stack: Stack) -> None:
    """Raise ValidationError for a stack whose status does not allow an update."""
    if stack.status not in _UPDATABLE:
        raise invalid(f"Stack:{stack.arn} is in {stack.status} state and can not be updated.")


def begin_update(stack: Stack) -> None:
    """Set the status of a stack that is updated."""
    stack.updated = now()
    stack.set_status("UPDATE_IN_PROGRESS", "User Initiated")


def delete_stack(request: Request, params: Members) -> Members:
    """Delete the stack in the background; a stack that does not exist is no error."""
    try:
        stack = request.store.find(params["StackName"])
    except ServiceException:
        return {}
    if stack.status == "DELETE_COMPLETE":
        return {}
    stack.change_sets = {}
    if params.get("RetainResources"):
        raise invalid("the embedded AWS does not hold RetainResources of DeleteStack; see SUPPORTED.md")
    if stack.termination_protection:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    for output in stack.outputs:
        if "ExportName" in output and (importers := request.store.importers(output["ExportName"])):
            raise invalid(f"Export {output['ExportName']} cannot be deleted as it is in use by {', '.join(importers)}")
    if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
        raise invalid(f"Stack [{stack.name}] is {stack.status}; the embedded AWS deletes it when that has ended.")
    stack.role, stack.deleted = params.get("RoleARN", stack.role), now()
    stack.token = params.get("ClientRequestToken", "")
    stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
    start(request, stack, stack.deployed, "delete")
    return {}
