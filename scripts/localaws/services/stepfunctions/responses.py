"""The door: state machines, executions and map runs; everything else is refused outside.

https://docs.aws.amazon.com/step-functions/latest/apireference/
"""

import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request_validation import check
from scripts.localaws.services.stepfunctions.definition_validator import problems
from scripts.localaws.services.stepfunctions.execution import Execution
from scripts.localaws.services.stepfunctions.map_run import MapRun
from scripts.localaws.services.stepfunctions.tasks import RESOURCES, Session
from scripts.localaws.services.sts import models

Answer = dict[str, Any]
_SETTINGS = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
_DEFAULTS: Answer = {
    "type": "STANDARD",
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "tracingConfiguration": {"enabled": False},
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}


class Store:
    """Machines by ARN, executions by ARN, of one account and region."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.machines: dict[str, Answer] = {}
        self.executions: dict[str, Execution] = {}

    def machine(self, arn: str) -> Answer:
        """One machine; StateMachineDoesNotExist when there is none."""
        if arn not in self.machines:
            raise AwsError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self.machines[arn]

    def execution(self, arn: str) -> Execution:
        """A parent's or a child's execution."""
        children = (child for run in self.runs() for child in run.children if isinstance(child, Execution))
        execution = self.executions.get(arn) or next((child for child in children if child.arn == arn), None)
        if execution is None:
            raise AwsError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return execution

    def runs(self) -> list[MapRun]:
        """Every map run."""
        return [run for execution in self.executions.values() for run in execution.map_runs.values()]

    def run(self, arn: str) -> MapRun:
        """One map run; ResourceNotFound when there is none."""
        found = next((run for run in self.runs() if run.arn == arn), None)
        if found is None:
            raise AwsError("ResourceNotFound", f"Resource not found: '{arn}'")
        return found

    def begin(self, execution: Execution) -> None:
        """Run it in the background as the machine's role."""
        role = execution.machine["roleArn"]
        key = models.assume_for_service(role, "states.amazonaws.com", execution.name[:64], self.account)
        session = Session(self.account, self.region, key, execution.stop)
        threading.Thread(target=execution.run, args=(session,), daemon=True).start()


_STORES: dict[tuple[str, str], Store] = {}


class StatesResponse(BaseResponse):
    """Every operation of OPERATIONS."""

    def __init__(self) -> None:
        super().__init__(service_name="stepfunctions")

    def call_action(self) -> Any:
        """Answer one request."""
        name, params = self._get_action(), json.loads(self.body or "{}")
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        check(get_service_model("stepfunctions").operation_model(name).input_shape, params)
        at = _STORES.setdefault((self.current_account, self.region), Store(self.current_account, self.region))
        return self.serialized(ActionResult(OPERATIONS[name](at, params)))


def _validate(_: Store, params: Answer) -> Answer:
    found = problems(params["definition"], tuple(RESOURCES))
    diagnostics = [{"severity": "ERROR", "code": it.partition(":")[0], "message": it} for it in found]
    return {"result": "FAIL" if found else "OK", "diagnostics": diagnostics, "truncated": False}


def _checked(at: Store, params: Answer) -> None:
    found = problems(params["definition"], tuple(RESOURCES)) if "definition" in params else []
    if found:
        raise AwsError("InvalidDefinition", f"Invalid State Machine Definition: '{'; '.join(found)}'")
    if params.get("type", "STANDARD") != "STANDARD" or params.get("publish"):
        raise AwsError("ValidationException", "the embedded AWS holds unpublished STANDARD machines; see SUPPORTED.md")


def _create(at: Store, params: Answer) -> Answer:
    _checked(at, params)
    arn, now = f"arn:aws:states:{at.region}:{at.account}:stateMachine:{params['name']}", datetime.now(UTC)
    tags = {tag["key"]: tag["value"] for tag in params.get("tags", [])}
    kept = {key: params[key] for key in _SETTINGS if key in params}
    made = {**_DEFAULTS, **kept, "name": params["name"], "stateMachineArn": arn, "status": "ACTIVE", "tags": tags}
    old = at.machines.get(arn)
    if old and any(old[key] != made[key] for key in _SETTINGS):
        raise AwsError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    at.machines[arn] = old or {**made, "creationDate": now}
    return {"stateMachineArn": arn, "creationDate": at.machines[arn]["creationDate"]}


def _update(at: Store, params: Answer) -> Answer:
    _checked(at, params)
    machine = at.machine(params["stateMachineArn"])
    machine.update({key: params[key] for key in _SETTINGS if key in params}, revisionId=str(uuid.uuid4()))
    return {"updateDate": datetime.now(UTC), "revisionId": machine["revisionId"]}


def _delete(at: Store, params: Answer) -> Answer:
    at.machines.pop(params["stateMachineArn"], None)
    return {}


def _start(at: Store, params: Answer) -> Answer:
    machine, name = at.machine(params["stateMachineArn"]), params.get("name", str(uuid.uuid4()))
    arn = f"{machine['stateMachineArn'].replace(':stateMachine:', ':execution:')}:{name}"
    try:
        given = json.loads(params.get("input", "{}"))
    except ValueError as error:
        raise AwsError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'") from None
    if arn in at.executions:
        raise AwsError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    made = at.executions[arn] = Execution(dict(machine), arn, json.loads(machine["definition"]), given)
    at.begin(made)
    return {"executionArn": arn, "startDate": made.started}


def _redrive(at: Store, params: Answer) -> Answer:
    execution = at.execution(params["executionArn"])
    if execution.status not in ("FAILED", "ABORTED") or execution.parent:
        told = "a child is redriven with its parent" if execution.parent else f"its status is {execution.status}"
        raise AwsError("ExecutionNotRedrivable", f"Execution is not redrivable: {told}")
    execution.redrive()
    at.begin(execution)
    return {"redriveDate": execution.redriven_at}


def _stop(at: Store, params: Answer) -> Answer:
    execution = at.execution(params["executionArn"])
    execution.stop.set()
    for run in execution.map_runs.values():
        for child in run.children:
            child.stop.set()
    return {"stopDate": datetime.now(UTC)}


def _told(execution: Execution) -> Answer:
    told: Answer = {"executionArn": execution.arn, "stateMachineArn": execution.machine["stateMachineArn"]}
    told |= {"name": execution.name, "status": execution.status, "startDate": execution.started}
    told |= {"redriveCount": execution.redrives}
    told |= {"redriveDate": execution.redriven_at} if execution.redrives else {}
    told |= {"mapRunArn": execution.parent.arn} if execution.parent else {}
    return told if execution.status in ("RUNNING", "PENDING") else {**told, "stopDate": execution.stopped_at}


def _describe_execution(at: Store, params: Answer) -> Answer:
    it = at.execution(params["executionArn"])
    ended = {"output": json.dumps(it.output)} if it.status == "SUCCEEDED" else {"error": it.error, "cause": it.cause}
    return {**_told(it), "input": json.dumps(it.input), **({} if it.status == "RUNNING" else ended)}


def _list_executions(at: Store, params: Answer) -> Answer:
    if "mapRunArn" in params:
        executions = [at.execution(child.arn) for child in at.run(params["mapRunArn"]).children]
        every = [execution for execution in executions if execution.status != "PENDING"]
    else:
        arn = at.machine(params["stateMachineArn"])["stateMachineArn"]
        every = [execution for execution in at.executions.values() if execution.machine["stateMachineArn"] == arn]
    every = [it for it in every if it.status == params.get("statusFilter", it.status)]
    start, size = int(params.get("nextToken", 0)), params.get("maxResults") or 100
    more = {"nextToken": str(start + size)} if len(every) > start + size else {}
    return {"executions": [_told(it) for it in every[::-1][start : start + size]], **more}


def _describe_run(at: Store, params: Answer) -> Answer:
    run = at.run(params["mapRunArn"])
    counts = run.counts()
    told: Answer = {"mapRunArn": run.arn, "executionArn": run.parent.arn, "status": run.status, "itemCounts": counts}
    told |= {
        "startDate": run.started,
        "maxConcurrency": run.most,
        "executionCounts": counts,
        "redriveCount": run.redrives,
    }
    told |= {"toleratedFailurePercentage": run.tolerated_percentage, "toleratedFailureCount": run.tolerated_count}
    return told if run.status == "RUNNING" else {**told, "stopDate": run.ended}


def _list_runs(at: Store, params: Answer) -> Answer:
    runs = at.execution(params["executionArn"]).map_runs.values()
    names = ("mapRunArn", "executionArn", "startDate")
    told = [{name: _describe_run(at, {"mapRunArn": run.arn})[name] for name in names} for run in runs]
    return {
        "mapRuns": [
            {**it, "stateMachineArn": at.execution(it["executionArn"]).machine["stateMachineArn"]} for it in told
        ]
    }


def _tag(at: Store, params: Answer) -> Answer:
    tags = at.machine(params["resourceArn"])["tags"]
    tags.update({tag["key"]: tag["value"] for tag in params.get("tags", [])})
    for key in params.get("tagKeys", []):
        tags.pop(key, None)
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


OPERATIONS: dict[str, Callable[[Store, Answer], Answer]] = {
    "CreateStateMachine": _create,
    "DeleteStateMachine": _delete,
    "DescribeExecution": _describe_execution,
    "DescribeMapRun": _describe_run,
    "DescribeStateMachine": lambda at, params: at.machine(params["stateMachineArn"]),
    "ListExecutions": _list_executions,
    "ListMapRuns": _list_runs,
    "ListStateMachineVersions": lambda at, params: {"stateMachineVersions": []},
    "ListStateMachines": lambda at, params: {"stateMachines": list(at.machines.values())},
    "ListTagsForResource": _tag,
    "RedriveExecution": _redrive,
    "StartExecution": _start,
    "StopExecution": _stop,
    "TagResource": _tag,
    "UntagResource": _tag,
    "UpdateStateMachine": _update,
    "ValidateStateMachineDefinition": _validate,
}
