"""Change sets: the changes of a stack operation before it is executed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

import re
from typing import Any

from moto.core.exceptions import ServiceException

from scripts.localaws.services.cloudformation import parameters, stack_operations
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.models import ChangeSet, Members, Request, Stack, now
from scripts.localaws.services.cloudformation.preview import PropertyChange, ResourceChange
from scripts.localaws.services.cloudformation.serialization import change_set_summary

_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def create(request: Request, params: Members) -> Members:
    """Create a change set; one without changes is FAILED."""
    name, kind = params["ChangeSetName"], params.get("ChangeSetType", "UPDATE")
    if not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", name):
        raise invalid(f"1 validation error detected: Value '{name}' at 'changeSetName' failed to satisfy constraint")
    if kind not in ("CREATE", "UPDATE") or str(params.get("ImportExistingResources", "")).lower() == "true":
        raise invalid("the embedded AWS does not hold change sets that import resources; see SUPPORTED.md")
    stack = _existing_stack(request, params, kind)
    if stack and name in stack.change_sets:
        raise ServiceException("AlreadyExistsException", f"ChangeSet {name} already exists")
    target = stack_operations.target_template(request, params, stack.deployed if stack and kind == "UPDATE" else None)
    if stack is None:
        stack = stack_operations.new_stack(request, params, target)
        stack.status = "REVIEW_IN_PROGRESS"
    preview = stack_operations.preview(request, stack, target)
    topics = stack_operations.notifications(request, params, stack.notifications)
    is_unchanged = kind == "UPDATE" and preview.changes_nothing() and topics == stack.notifications
    change_set = ChangeSet(
        name, stack, kind, target, list(preview.changes()), params.get("RoleARN", stack.role), topics,
        params.get("Description", ""), _NO_CHANGES if is_unchanged else "", params.get("OnStackFailure", ""),
    )  # fmt: skip
    if stack not in request.store.stacks:
        request.store.stacks.append(stack)
        stack.set_status("REVIEW_IN_PROGRESS", "User Initiated")
    stack.change_sets[name] = change_set
    return {"Id": change_set.arn, "StackId": stack.arn}


def _existing_stack(request: Request, params: Members, kind: str) -> Stack | None:
    name = params["StackName"]
    stack = next((stack for stack in reversed(request.store.stacks) if name in (stack.arn, stack.name)), None)
    if stack and stack.status == "DELETE_COMPLETE" and name == stack.name:
        stack = None
    if kind == "UPDATE":
        if stack is None:
            raise invalid(f"Stack [{name}] does not exist")
        stack_operations.check_updatable(stack)
    elif stack and stack.status != "REVIEW_IN_PROGRESS":
        text = f"already exists and cannot be created again with the changeSet [{params['ChangeSetName']}]."
        raise invalid(f"Stack [{name}] {text}")
    elif stack is None:
        stack_operations.check_name(name)
    return stack


def find(request: Request, params: Members) -> ChangeSet:
    """Return a change set by its ARN, or by its name and stack; ChangeSetNotFound if there is none."""
    name = params["ChangeSetName"]
    if name.startswith("arn:"):
        every = [item for stack in request.store.stacks for item in stack.change_sets.values()]
        change_sets = [item for item in every if item.arn == name]
    else:
        change_sets = [item for item in stack_of(request, params).change_sets.values() if item.name == name]
    if not change_sets:
        raise ServiceException("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")
    return change_sets[0]


def stack_of(request: Request, params: Members) -> Stack:
    """Return the stack of a request on its change sets."""
    if not params.get("StackName"):
        raise invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
    return request.store.find(params["StackName"], "Stack [{}] does not exist")


def describe(request: Request, params: Members) -> Members:
    """Return the changes of a change set."""
    if str(params.get("IncludePropertyValues", "")).lower() == "true":
        raise invalid("the embedded AWS does not hold IncludePropertyValues of DescribeChangeSet; see SUPPORTED.md")
    change_set = find(request, params)
    target = change_set.target
    members = change_set_summary(change_set) | {
        "Capabilities": target.capabilities, "NotificationARNs": change_set.notifications, "RollbackConfiguration": {},
        "Changes": [{"Type": "Resource", "ResourceChange": _resource_change(change)} for change in change_set.changes],
    }  # fmt: skip
    described = parameters.describe(target.template, target.parameter_values, target.resolved_values)
    members |= {"Parameters": described} if described else {}
    return members | ({"Tags": target.tags} if target.tags else {})


def list_all(request: Request, params: Members) -> Members:
    """Return summaries of the change sets that are not executed."""
    stack = stack_of(request, params)
    active = [item for item in stack.change_sets.values() if not item.execution_status.startswith("EXECUTE")]
    return {"Summaries": [change_set_summary(change_set) for change_set in active]}


def execute(request: Request, params: Members) -> Members:
    """Start the operation of a change set; the other change sets of the stack are deleted."""
    change_set = find(request, params)
    if str(params.get("RetainExceptOnCreate", "")).lower() == "true":
        raise invalid("the embedded AWS does not hold RetainExceptOnCreate of ExecuteChangeSet; see SUPPORTED.md")
    if change_set.execution_status != "AVAILABLE":
        state = change_set.status if change_set.status == "FAILED" else change_set.execution_status
        text = f"ChangeSet [{change_set.arn}] cannot be executed in its current status of [{state}]"
        raise ServiceException("InvalidChangeSetStatus", text)
    stack = change_set.stack
    if change_set.kind == "UPDATE":
        stack_operations.check_updatable(stack)
    disabled = str(params.get("DisableRollback", "")).lower() == "true"
    if disabled and change_set.kind == "UPDATE":
        raise invalid("the embedded AWS does not hold DisableRollback of an update; see SUPPORTED.md")
    stack.change_sets = {change_set.name: change_set}
    stack.token, stack.role, stack.notifications = (
        params.get("ClientRequestToken", ""), change_set.role, change_set.notifications
    )  # fmt: skip
    change_set.execution_status = "EXECUTE_IN_PROGRESS"
    if change_set.kind == "UPDATE":
        stack_operations.begin_update(stack)
    else:
        stack.deployed, stack.updated = change_set.target, now()
        stack.on_failure = "DO_NOTHING" if disabled else change_set.on_failure or "ROLLBACK"
        stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
    stack_operations.start(request, stack, change_set.target, change_set.kind.lower())
    return {}


def delete(request: Request, params: Members) -> Members:
    """Delete a change set that is not being executed; one that does not exist is no error."""
    try:
        change_set = find(request, params)
    except ServiceException as error:
        if error.code != "ChangeSetNotFound":
            raise
        return {}
    if change_set.execution_status == "EXECUTE_IN_PROGRESS":
        text = f"ChangeSet [{change_set.arn}] cannot be deleted in its current status of [EXECUTE_IN_PROGRESS]"
        raise ServiceException("InvalidChangeSetStatus", text)
    del change_set.stack.change_sets[change_set.name]
    return {}


def _resource_change(change: ResourceChange) -> Members:
    scope = [*(["Properties"] if change.properties else []), *change.attributes]
    members: Members = {
        "Action": change.action, "LogicalResourceId": change.logical, "ResourceType": change.kind, "Scope": scope,
        "Details": [row for property_change in change.properties for row in _details(property_change)],
    }  # fmt: skip
    members["Details"] += [
        _detail({"Attribute": name, "RequiresRecreation": "Never"}, "DirectModification", "Static")
        for name in change.attributes
    ]
    if change.action == "Add":
        return members
    members["PhysicalResourceId"] = change.physical
    if change.action == "Remove":
        return members | {"PolicyAction": change.policy.removesuffix("ExceptOnCreate")}
    members["Replacement"] = change.replacement
    policy = {"PolicyAction": f"ReplaceAnd{change.policy}"} if change.replacement != "False" else {}
    return members | policy


def _details(change: PropertyChange) -> list[Members]:
    """Return one detail for each cause of a changed property; AWS calls a change by a parameter dynamic too."""
    target = {"Attribute": "Properties", "Name": change.name, "RequiresRecreation": change.recreation}
    evaluation = "Static" if change.is_certain else "Dynamic"
    if not change.causes:
        return [_detail(target, "DirectModification", evaluation)]
    rows = []
    for name, attribute in change.causes:
        source = "ResourceAttribute" if attribute else "ParameterReference" if name in change.parameters else ""
        entity = f"{name}.{attribute}" if attribute else name
        rows.append({**_detail(target, source or "ResourceReference", evaluation), "CausingEntity": entity})
    by_parameter = any(row["ChangeSource"] == "ParameterReference" for row in rows)
    return [*rows, *([_detail(target, "DirectModification", "Dynamic")] if by_parameter else [])]


def _detail(target: Members, source: str, evaluation: str) -> dict[str, Any]:
    return {"ChangeSource": source, "Evaluation": evaluation, "Target": target}
