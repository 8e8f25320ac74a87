"""The door: CloudFormation's operations over the stacks of the caller's account and region."""

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

Answer = dict[str, Any]
_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
_UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")
_REFUSED = (
    "ResourceTypes",
    "RollbackConfiguration",
    "StackPolicyBody",
    "StackPolicyURL",
    "StackPolicyDuringUpdateBody",
)


class CloudFormationResponse(BaseResponse):
    """One method for each operation; an operation without one is refused outside."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    def call_action(self) -> Any:
        """Answer one request."""
        name = self._get_action()
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        params = json.loads(json.dumps(self.params, default=str))
        if given := [key for key in _REFUSED if params.get(key)]:
            raise invalid(f"the embedded AWS does not hold {', '.join(given)} of {name}; see SUPPORTED.md")
        with LOCK:
            return self.serialized(ActionResult(OPERATIONS[name](self, params)))

    @property
    def store(self) -> Store:
        """The caller's stacks."""
        return STORES[self.current_account, self.region]


def create_stack(self: CloudFormationResponse, params: Answer) -> Answer:
    """Validates everything, then works in the background."""
    name = params["StackName"]
    if (told := self.store.tokens.get(("create", params.get("ClientRequestToken", "")))) and self.store.find(told):
        return {"StackId": told}
    if not _NAME.fullmatch(name):
        raise invalid(f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint")
    if any(stack.name == name for stack in self.store.living()):
        raise ServiceException("AlreadyExistsException", f"Stack [{name}] already exists")
    target = deployed(self, params, None)
    stack = Stack(
        name, self.current_account, self.region, self.access_key, target, token=params.get("ClientRequestToken", "")
    )
    stack.role, stack.notifications = params.get("RoleARN", ""), params.get("NotificationARNs") or []
    disabled = str(params.get("DisableRollback", "")).lower() == "true"
    stack.on_failure = "DO_NOTHING" if disabled else params.get("OnFailure", "ROLLBACK")
    stack.protected = str(params.get("EnableTerminationProtection", "")).lower() == "true"
    validate(self, stack, target)
    self.store.stacks.append(stack)
    stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
    return _start(self, stack, target, "create")


def deployed(self: CloudFormationResponse, params: Answer, before: DeployedTemplate | None) -> DeployedTemplate:
    """What the request asks for, checked as far as the template alone tells."""
    if before and str(params.get("UsePreviousTemplate", "")).lower() == "true":
        text = before.text
    else:
        text = template_source.load(params, self.region, self.access_key)
    decoded = template_source.decode(text)
    template.check(decoded)
    template.check_references(decoded)
    given = params.get("Capabilities") or []
    template.check_capabilities(decoded, given)
    texts = parameters.given(decoded, params, before.texts if before else {})
    values = parameters.resolved(decoded, texts, self.region, self.access_key)
    tags = params.get("Tags") if params.get("Tags") is not None else (before.tags if before else [])
    _check_tags(tags or [])
    return DeployedTemplate(text, decoded, texts, values, tags or [], given)


def _check_tags(tags: list[dict[str, str]]) -> None:
    """Keys that begin with aws: are AWS's own; those of Service Catalog come with its launches."""
    for tag in tags:
        if tag["Key"].lower().startswith("aws:") and not tag["Key"].startswith("aws:servicecatalog:"):
            raise invalid("aws: prefixed tag key names are not allowed for external use.")


def validate(self: CloudFormationResponse, stack: Stack, target: DeployedTemplate) -> None:
    """Rules, conditions and order, before anything is made."""
    seen = evaluation_scope.scope(stack, target, self.access_key, lambda name: name, lambda name, attribute: "")
    intrinsics.check_rules(target.template, seen)
    template.order(target.template, seen.condition)


def _start(self: CloudFormationResponse, stack: Stack, target: DeployedTemplate, step: str) -> Answer:
    key = self.access_key
    if stack.role:
        key = models.assume_for_service(stack.role, "cloudformation.amazonaws.com", "AWSCloudFormation", stack.account)
    if stack.token:
        self.store.tokens[step, stack.token] = stack.arn
    threading.Thread(target=stack_executor.move, args=(stack, target, key, step), daemon=True).start()
    return {"StackId": stack.arn}


def update_stack(self: CloudFormationResponse, params: Answer) -> Answer:
    """In place; refused when nothing would change."""
    stack = self.store.find(params["StackName"])
    token = params.get("ClientRequestToken", "")
    if token and self.store.tokens.get(("update", token)) == stack.arn:
        return {"StackId": stack.arn}
    if stack.status not in _UPDATABLE:
        raise invalid(f"Stack:{stack.arn} is in {stack.status} state and can not be updated.")
    target = deployed(self, params, stack.deployed)
    before = stack.deployed
    if (target.template, target.values, target.tags) == (before.template, before.values, before.tags):
        raise invalid("No updates are to be performed.")
    validate(self, stack, target)
    stack.token, stack.role, stack.updated = token, params.get("RoleARN", stack.role), now()
    stack.set_status("UPDATE_IN_PROGRESS", "User Initiated")
    return _start(self, stack, target, "update")


def delete_stack(self: CloudFormationResponse, params: Answer) -> Answer:
    """A stack that is not there counts as deleted."""
    try:
        stack = self.store.find(params["StackName"])
    except ServiceException:
        return {}
    if stack.status == "DELETE_COMPLETE":
        return {}
    if params.get("RetainResources"):
        raise invalid("the embedded AWS does not hold RetainResources of DeleteStack; see SUPPORTED.md")
    if stack.protected:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    for row in stack.outputs:
        if "ExportName" in row and (users := self.store.importers(row["ExportName"])):
            raise invalid(f"Export {row['ExportName']} cannot be deleted as it is in use by {', '.join(users)}")
    if stack.status.endswith("_IN_PROGRESS"):
        raise invalid(f"Stack [{stack.name}] is {stack.status}; the embedded AWS deletes it when that has ended.")
    stack.role, stack.deleted = params.get("RoleARN", stack.role), now()
    stack.token = params.get("ClientRequestToken", "")
    stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
    _start(self, stack, stack.deployed, "delete")
    return {}


def describe_stacks(self: CloudFormationResponse, params: Answer) -> Answer:
    """One, or every living one."""
    name = params.get("StackName")
    found = [self.store.find(name)] if name else self.store.living()
    return {"Stacks": [serialization.stack(it) for it in found]}


def list_stacks(self: CloudFormationResponse, params: Answer) -> Answer:
    """Summaries, deleted ones too, by status."""
    wanted = params.get("StackStatusFilter")
    return {
        "StackSummaries": [serialization.summary(it) for it in self.store.stacks if not wanted or it.status in wanted]
    }


def describe_events(self: CloudFormationResponse, params: Answer) -> Answer:
    """Newest first."""
    return {"StackEvents": list(reversed(self.store.find(params["StackName"]).events))}


def describe_resources(self: CloudFormationResponse, params: Answer) -> Answer:
    """Every resource of a stack, or one of them."""
    stack = self.store.find(params.get("StackName") or params["PhysicalResourceId"])
    wanted = params.get("LogicalResourceId")
    rows = [
        serialization.resource(stack, name, held) for name, held in stack.resources.items() if wanted in (None, name)
    ]
    return {"StackResources": rows}


def describe_resource(self: CloudFormationResponse, params: Answer) -> Answer:
    """One resource."""
    stack, name = self.store.find(params["StackName"]), params["LogicalResourceId"]
    if name not in stack.resources:
        raise invalid(f"Resource {name} does not exist for stack {stack.name}")
    return {"StackResourceDetail": serialization.resource(stack, name, stack.resources[name], "LastUpdatedTimestamp")}


def list_resources(self: CloudFormationResponse, params: Answer) -> Answer:
    """Summaries of a stack's resources."""
    stack = self.store.find(params["StackName"])
    rows = [serialization.resource(stack, name, it, "LastUpdatedTimestamp") for name, it in stack.resources.items()]
    return {"StackResourceSummaries": rows}


def get_template(self: CloudFormationResponse, params: Answer) -> Answer:
    """As it was sent."""
    return {"TemplateBody": self.store.find(params["StackName"]).deployed.text, "StagesAvailable": ["Original"]}


def _asked(self: CloudFormationResponse, params: Answer) -> Answer:
    if params.get("StackName"):
        return self.store.find(params["StackName"]).deployed.template
    decoded = template_source.decode(template_source.load(params, self.region, self.access_key))
    template.check(decoded)
    return decoded


def template_summary(self: CloudFormationResponse, params: Answer) -> Answer:
    """What a template declares."""
    return serialization.template_summary(_asked(self, params))


def validate_template(self: CloudFormationResponse, params: Answer) -> Answer:
    """The parameters of a valid template."""
    return serialization.validated(_asked(self, params))


def list_exports(self: CloudFormationResponse, _: Answer) -> Answer:
    """Every export of the account in the region."""
    found = self.store.exports().items()
    return {"Exports": [{"ExportingStackId": s.arn, "Name": name, "Value": value} for name, (s, value) in found]}


def list_imports(self: CloudFormationResponse, params: Answer) -> Answer:
    """Who imports an export."""
    users = self.store.importers(params["ExportName"])
    if not users:
        raise invalid(f"Export '{params['ExportName']}' is not imported by any stack.")
    return {"Imports": users}


def protect(self: CloudFormationResponse, params: Answer) -> Answer:
    """UpdateTerminationProtection."""
    stack = self.store.find(params["StackName"])
    stack.protected = str(params["EnableTerminationProtection"]).lower() == "true"
    return {"StackId": stack.arn}


OPERATIONS: dict[str, Callable[[CloudFormationResponse, Answer], Answer]] = {
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
    "UpdateTerminationProtection": protect,
}
