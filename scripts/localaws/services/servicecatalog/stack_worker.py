"""Background tasks of provisioning: they run CloudFormation under the launch role and complete the record."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException

from scripts.localaws.core import context
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder
from scripts.localaws.services.iam.authorization.authorize import first_denied
from scripts.localaws.services.servicecatalog import templates
from scripts.localaws.services.servicecatalog.models import LOCK, Artifact, ProvisionedProduct, Record, now
from scripts.localaws.services.servicecatalog.operations import Request
from scripts.localaws.services.sts import models, sessions

log = logging.getLogger("localaws.servicecatalog")
_POLL = 0.1
_ON_STACKS = "CreateStack DeleteStack DescribeStackEvents DescribeStacks SetStackPolicy UpdateStack"
_TEMPLATE_ACTIONS = ("GetTemplateSummary", "ValidateTemplate")
_SUCCESS_STATUSES = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")


class ProvisioningFailed(Exception):  # noqa: N818 - it ends a record, not the program
    """Provisioning failed; the message becomes the error of the record."""


@dataclass(frozen=True)
class ProvisioningTask:
    """The task of one record."""

    request: Request
    provisioned_product: ProvisionedProduct
    record: Record
    version: Artifact | None
    ignore_errors: bool = False


def run(task: ProvisioningTask, operation: str, arguments: dict[str, Any]) -> None:
    """Run the stack operation and complete the record; never raises."""
    try:
        cloudformation = cloudformation_client(
            task.request, task.provisioned_product, task.record.launch_role, task.version
        )
        _run_stack_operation(task, cloudformation, operation, arguments)
        _finish_record(task, operation, "")
    except ProvisioningFailed as failure:
        _finish_record(task, operation, str(failure))
    except (ClientError, ServiceException) as error:
        _finish_record(task, operation, error_message(error))
    except Exception as error:  # an internal error must complete the record too
        log.exception("record %s", task.record.id)
        _finish_record(task, operation, f"the embedded AWS failed: {error!r}; see its log")


def error_message(error: ClientError | ServiceException) -> str:
    """Return the message of an AWS error."""
    return str(error.response["Error"]["Message"]) if isinstance(error, ClientError) else str(error.message)


def cloudformation_client(
    request: Request, provisioned_product: ProvisionedProduct, role: str, version: Artifact | None = None
) -> Any:
    """Return a client with the launch role, or else with the caller's identity; checks that it may use the version."""
    key = request.access_key
    if role:
        session = f"servicecatalog-{provisioned_product.id}"
        key = models.assume_for_service(role, "servicecatalog.amazonaws.com", session, request.account)
    if version:
        _check_permissions(request, provisioned_product, key, version)
    return context.client("cloudformation", request.region, key)


def _check_permissions(request: Request, provisioned_product: ProvisionedProduct, key: str, version: Artifact) -> None:
    """Raise ProvisioningFailed unless the principal may run the stack and read Service Catalog's template copy.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
    """
    principal, region = sessions.caller(key), request.region
    builder = RequestBuilder(principal, region)
    tag: dict[str, tuple[str, ...]] = {"s3:existingobjecttag/servicecatalog:provisioning": ("true",)}
    stack = f"arn:aws:cloudformation:{region}:{principal.account}:stack/{stack_name(provisioned_product)}/*"
    requests = [
        builder.build("s3:GetObject", templates.arn(region, version.id), tag),
        *(builder.build(f"cloudformation:{action}", stack, {}) for action in _ON_STACKS.split()),
        *(builder.build(f"cloudformation:{action}", "*", {}) for action in _TEMPLATE_ACTIONS),
    ]
    denial = first_denied(principal, requests)
    if denial is not None:
        permission = f"{denial[0].action} on resource: {denial[0].resource}"
        raise ProvisioningFailed(f"User: {principal.arn} is not authorized to perform: {permission}")


def stack_name(provisioned_product: ProvisionedProduct) -> str:
    """Return the name of the stack of a provisioned product."""
    return f"SC-{provisioned_product.account}-{provisioned_product.id}"


def _run_stack_operation(
    task: ProvisioningTask, cloudformation: Any, operation: str, arguments: dict[str, Any]
) -> None:
    name = stack_name(task.provisioned_product)
    if operation == "delete_stack" and not task.provisioned_product.stack:
        return None
    target = task.provisioned_product.stack or name
    try:
        response = getattr(cloudformation, operation)(StackName=target, **arguments)
    except ClientError as error:
        if "No updates are to be performed" in error_message(error):
            return _store_outputs(task, cloudformation.describe_stacks(StackName=target)["Stacks"][0])
        raise
    task.provisioned_product.stack = response.get("StackId") or task.provisioned_product.stack
    stack = _wait(cloudformation, task.provisioned_product.stack)
    if stack["StackStatus"] not in _SUCCESS_STATUSES:
        raise ProvisioningFailed(_failure_reasons(cloudformation, stack))
    return _store_outputs(task, stack)


def _wait(cloudformation: Any, stack: str) -> dict[str, Any]:
    while True:
        stack_description: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = stack_description["StackStatus"]
        if not status.endswith(("_IN_PROGRESS", "CLEANUP_IN_PROGRESS")):
            return stack_description
        time.sleep(_POLL)


def _failure_reasons(cloudformation: Any, stack: dict[str, Any]) -> str:
    events = cloudformation.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    failed = [
        event
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    causes = [event for event in failed if "cancelled" not in event["ResourceStatusReason"]][-3:]
    messages = [f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in causes]
    return "; ".join(messages) or stack.get("StackStatusReason") or f"The stack is {stack['StackStatus']}."


def _store_outputs(task: ProvisioningTask, stack: dict[str, Any]) -> None:
    outputs = [{"OutputKey": "CloudformationStackARN", "OutputValue": stack["StackId"], "Description": "The stack"}]
    names = ("OutputKey", "OutputValue", "Description")
    outputs += [{name: output.get(name, "") for name in names} for output in stack.get("Outputs", [])]
    task.record.outputs = outputs


def _finish_record(task: ProvisioningTask, operation: str, error: str) -> None:
    with LOCK:
        provisioned_product, record = task.provisioned_product, task.record
        record.updated = now()
        record.status = "FAILED" if error else "SUCCEEDED"
        record.errors = [{"Code": "InternalError", "Description": error}] if error else []
        if operation == "delete_stack" and (not error or task.ignore_errors):
            task.request.store.provisioned_products.pop(provisioned_product.id, None)
        elif error:
            provisioned_product.status = "ERROR" if record.kind == "PROVISION_PRODUCT" else "TAINTED"
            provisioned_product.message = error
        else:
            provisioned_product.status, provisioned_product.message = "AVAILABLE", ""
            provisioned_product.last_success = record.id
            provisioned_product.product, provisioned_product.path = record.product, record.path
            provisioned_product.artifact = task.version.id if task.version else provisioned_product.artifact
