"""The background half of a launch: acts on CloudFormation under the launch role and writes the record's end."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException

from generators.cloudformation.resource import StackLocation
from generators.cloudformation.stack_permissions import stack_permissions
from scripts.localaws.core import context
from scripts.localaws.services.iam.authorization.authorize import ask, first_refused
from scripts.localaws.services.servicecatalog import templates
from scripts.localaws.services.servicecatalog.models import LOCK, Artifact, Provisioned, Record, now
from scripts.localaws.services.servicecatalog.operations import Request
from scripts.localaws.services.sts import models, sessions

log = logging.getLogger("localaws.servicecatalog")
_POLL = 0.1
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")


class Failed(Exception):  # noqa: N818 - it ends a record, not the program
    """Why the record fails, as the user reads it."""


@dataclass(frozen=True)
class Work:
    """One record's work."""

    request: Request
    provisioned: Provisioned
    record: Record
    version: Artifact | None
    ignore_errors: bool = False


def run(work: Work, operation: str, arguments: dict[str, Any]) -> None:
    """Never raises: whatever happens, the record ends."""
    try:
        cloudformation = _cloudformation(work)
        _act(work, cloudformation, operation, arguments)
        _end(work, operation, "")
    except Failed as why:
        _end(work, operation, str(why))
    except (ClientError, ServiceException) as refused:
        _end(work, operation, _said(refused))
    except Exception as fault:  # a fault of ours must not leave the record open
        log.exception("record %s", work.record.id)
        _end(work, operation, f"the embedded AWS failed: {fault!r}; see its log")


def _said(refused: ClientError | ServiceException) -> str:
    return str(refused.response["Error"]["Message"]) if isinstance(refused, ClientError) else str(refused.message)


def _cloudformation(work: Work) -> Any:
    role, key = work.record.launch_role, work.request.access_key
    if role:
        session = f"servicecatalog-{work.provisioned.id}"
        key = models.assume_for_service(role, "servicecatalog.amazonaws.com", session, work.record.account)
    if work.version:
        _check_reads(work.request.region, key, work.version)
    return context.client("cloudformation", work.request.region, key)


def _check_reads(region: str, key: str, version: Artifact) -> None:
    """Whoever makes the stack must be allowed to run it and to read the template that Service Catalog keeps.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
    """
    who, where = sessions.caller(key), templates.arn(region, version.id)
    tag: dict[str, tuple[str, ...]] = {"s3:existingobjecttag/servicecatalog:provisioning": ("true",)}
    asked = [ask(who, region, "s3:GetObject", where, tag)]
    fixed = stack_permissions({}, StackLocation("aws", region, who.account), "")
    asked += [ask(who, region, it.action, it.resource, {}) for it in fixed if not it.context]
    refused = first_refused(who, asked)
    if refused is not None:
        question = refused[0]
        what = f"{question.action} on resource: {question.resource}"
        raise Failed(f"User: {who.arn} is not authorized to perform: {what}")


def _act(work: Work, cloudformation: Any, operation: str, arguments: dict[str, Any]) -> None:
    name = f"SC-{work.provisioned.account}-{work.provisioned.id}"
    if operation == "delete_stack" and not work.provisioned.stack:
        return None
    target = work.provisioned.stack or name
    try:
        answer = getattr(cloudformation, operation)(StackName=target, **arguments)
    except ClientError as refused:
        if "No updates are to be performed" in _said(refused):
            return _read(work, cloudformation.describe_stacks(StackName=target)["Stacks"][0])
        raise
    work.provisioned.stack = answer.get("StackId") or work.provisioned.stack
    stack = _wait(cloudformation, work.provisioned.stack)
    if stack["StackStatus"] not in _GOOD:
        raise Failed(_reasons(cloudformation, stack))
    return _read(work, stack)


def _wait(cloudformation: Any, stack: str) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = found["StackStatus"]
        if not status.endswith(("_IN_PROGRESS", "CLEANUP_IN_PROGRESS")):
            return found
        time.sleep(_POLL)


def _reasons(cloudformation: Any, stack: dict[str, Any]) -> str:
    events = cloudformation.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    failed = [e for e in reversed(events) if e["ResourceStatus"].endswith("_FAILED") and e.get("ResourceStatusReason")]
    own = [e for e in failed if "cancelled" not in e["ResourceStatusReason"]][-3:]
    told = [f"{e['LogicalResourceId']}: {e['ResourceStatusReason']}" for e in own]
    return "; ".join(told) or stack.get("StackStatusReason") or f"The stack is {stack['StackStatus']}."


def _read(work: Work, stack: dict[str, Any]) -> None:
    outputs = [{"OutputKey": "CloudformationStackARN", "OutputValue": stack["StackId"], "Description": "The stack"}]
    for it in stack.get("Outputs", []):
        outputs.append(
            {"OutputKey": it["OutputKey"], "OutputValue": it["OutputValue"], "Description": it.get("Description", "")}
        )
    work.record.outputs = outputs


def _end(work: Work, operation: str, error: str) -> None:
    with LOCK:
        it, record = work.provisioned, work.record
        record.updated = now()
        record.status = "FAILED" if error else "SUCCEEDED"
        record.errors = [{"Code": "InternalError", "Description": error}] if error else []
        if operation == "delete_stack" and (not error or work.ignore_errors):
            work.request.store.provisioned.pop(it.id, None)
        elif error:
            it.status, it.message = ("ERROR" if operation == "create_stack" else "TAINTED"), error
        else:
            it.status, it.message, it.last_success = "AVAILABLE", "", record.id
            it.product, it.path = record.product, record.path
            it.artifact = work.version.id if work.version else it.artifact
