"""Step Functions operations: state machines, executions and map runs.

https://docs.aws.amazon.com/step-functions/latest/apireference/
"""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

from moto.logs.models import logs_backends

from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.expressions import Structures
from scripts.localaws.core.table_response import Members, TableResponse
from scripts.localaws.services.stepfunctions.definition_validator import problems
from scripts.localaws.services.stepfunctions.execution import Execution
from scripts.localaws.services.stepfunctions.service_models import compact_json
from scripts.localaws.services.stepfunctions.store import Store, store
from scripts.localaws.services.stepfunctions.tasks import RESOURCES

structure = Structures(Path(__file__).with_name("responses.yaml"))
_SETTINGS = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
_DEFAULTS: Members = {
    "type": "STANDARD",
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "tracingConfiguration": {"enabled": False},
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}


def _validate(_: Store, params: Members) -> Members:
    errors = problems(params["definition"], tuple(RESOURCES))
    diagnostics = [_diagnostic(error) for error in errors]
    return {"result": "FAIL" if errors else "OK", "diagnostics": diagnostics, "truncated": False}


def _diagnostic(error: str) -> Members:
    code, _, text = error.partition(": ")
    message, separator, location = text.rpartition(" at /")
    diagnostic = {"severity": "ERROR", "code": code, "message": message or text}
    return {**diagnostic, "location": f"/{location}"} if separator else diagnostic


def _check_definition(state_store: Store, params: Members) -> None:
    errors = problems(params["definition"], tuple(RESOURCES)) if "definition" in params else []
    if errors:
        raise AwsError("InvalidDefinition", f"Invalid State Machine Definition: '{'; '.join(errors)}'")
    if params.get("type", "STANDARD") != "STANDARD" or params.get("publish"):
        raise AwsError("ValidationException", "the embedded AWS holds unpublished STANDARD machines; see SUPPORTED.md")
    _check_logging(state_store, params.get("loggingConfiguration", {}))


def _check_logging(state_store: Store, logging: Members) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html"""
    destinations = logging.get("destinations", [])
    if len(destinations) > 1 or (logging.get("level", "OFF") != "OFF" and not destinations):
        raise _invalid_logging("Must specify exactly one Log Destination.")
    groups = logs_backends[state_store.account][state_store.region].groups
    for destination in destinations:
        arn = destination["cloudWatchLogsLogGroup"]["logGroupArn"]
        if not arn.endswith(":*") or arn.split(":")[6] not in groups:
            raise _invalid_logging("Log Destination not found.")


def _invalid_logging(detail: str) -> AwsError:
    return AwsError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {detail}")


def _create(state_store: Store, params: Members) -> Members:
    _check_definition(state_store, params)
    arn = f"arn:aws:states:{state_store.region}:{state_store.account}:stateMachine:{params['name']}"
    tags = {tag["key"]: tag["value"] for tag in params.get("tags", [])}
    settings = {key: params[key] for key in _SETTINGS if key in params}
    names = {"name": params["name"], "stateMachineArn": arn, "status": "ACTIVE", "tags": tags}
    machine = {**_DEFAULTS, **settings, **names}
    existing = state_store.machines.get(arn)
    if existing and any(existing[key] != machine[key] for key in _SETTINGS):
        raise AwsError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    state_store.machines[arn] = existing or {**machine, "creationDate": clock.now()}
    return {"stateMachineArn": arn, "creationDate": state_store.machines[arn]["creationDate"]}


def _update(state_store: Store, params: Members) -> Members:
    _check_definition(state_store, params)
    machine = state_store.machine(params["stateMachineArn"])
    if not params.keys() & set(_SETTINGS):
        names = "the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration"
        raise AwsError("MissingRequiredParameter", f"Either {names} must be specified")
    machine.update({key: params[key] for key in _SETTINGS if key in params}, revisionId=str(uuid.uuid4()))
    return {"updateDate": clock.now(), "revisionId": machine["revisionId"]}


def _delete(state_store: Store, params: Members) -> Members:
    state_store.machines.pop(params["stateMachineArn"], None)
    return {}


def _start(state_store: Store, params: Members) -> Members:
    machine, name = state_store.machine(params["stateMachineArn"]), params.get("name", str(uuid.uuid4()))
    arn = f"{machine['stateMachineArn'].replace(':stateMachine:', ':execution:')}:{name}"
    try:
        execution_input = json.loads(params.get("input", "{}"))
    except ValueError as error:
        raise AwsError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'") from None
    existing = state_store.executions.get(arn)
    if existing and existing.status == "RUNNING" and existing.input == execution_input:
        return {"executionArn": arn, "startDate": existing.started_at}
    if existing:
        raise AwsError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    execution = state_store.executions[arn] = Execution(
        dict(machine), arn, json.loads(machine["definition"]), execution_input
    )
    state_store.start_in_background(execution)
    return {"executionArn": arn, "startDate": execution.started_at}


def _redrive(state_store: Store, params: Members) -> Members:
    execution = state_store.execution(params["executionArn"])
    if execution.status not in ("FAILED", "ABORTED") or execution.parent:
        reason = "a child is redriven with its parent" if execution.parent else f"its status is {execution.status}"
        raise AwsError("ExecutionNotRedrivable", f"Execution is not redrivable: {reason}")
    execution.redrive()
    state_store.start_in_background(execution)
    return {"redriveDate": execution.redriven_at}


def _stop(state_store: Store, params: Members) -> Members:
    execution = state_store.execution(params["executionArn"])
    execution.stop_event.set()
    for run in execution.map_runs.values():
        for child in run.children:
            child.stop_event.set()
    return {"stopDate": clock.now()}


def _description(execution: Execution) -> Members:
    return structure("ExecutionListItem", execution, map_run=execution.parent.arn if execution.parent else None)


def _describe_execution(state_store: Store, params: Members) -> Members:
    execution = state_store.execution(params["executionArn"])
    texts = {"compact_input": compact_json(execution.input), "compact_output": compact_json(execution.output)}
    return structure("Execution", execution, map_run=execution.parent.arn if execution.parent else None, **texts)


def _history(state_store: Store, params: Members) -> Members:
    history = state_store.execution(params["executionArn"]).history
    has_data = params.get("includeExecutionData", True)
    return _page("events", history.listed(params.get("reverseOrder"), has_data), params)


def _list_executions(state_store: Store, params: Members) -> Members:
    if "mapRunArn" in params:
        children = [state_store.execution(child.arn) for child in state_store.map_run(params["mapRunArn"]).children]
        executions = [execution for execution in children if execution.status != "PENDING"]
    else:
        arn = state_store.machine(params["stateMachineArn"])["stateMachineArn"]
        executions = [item for item in state_store.executions.values() if item.machine["stateMachineArn"] == arn]
    status = params.get("statusFilter")
    executions = [execution for execution in executions if status in (None, execution.status)]
    return _page("executions", [_description(execution) for execution in reversed(executions)], params)


def _list_machines(state_store: Store, params: Members) -> Members:
    machines = sorted(state_store.machines.values(), key=lambda machine: str(machine["name"]))
    return _page("stateMachines", machines, params)


def _page(key: str, items: list[Members], params: Members) -> Members:
    token, size = params.get("nextToken", "0"), params.get("maxResults") or 100
    if not token.isdecimal():
        raise AwsError("InvalidToken", f"Invalid Token: '{token}'")
    end = int(token) + size
    return {key: items[int(token) : end], **({"nextToken": str(end)} if len(items) > end else {})}


def _describe_run(state_store: Store, params: Members) -> Members:
    run = state_store.map_run(params["mapRunArn"])
    return structure("MapRun", run, execution=vars(run.parent), counts=run.counts())


def _list_runs(state_store: Store, params: Members) -> Members:
    execution = state_store.execution(params["executionArn"])
    runs = execution.map_runs.values()
    return {"mapRuns": [structure("MapRunListItem", run, execution=vars(execution)) for run in runs]}


def _tag(state_store: Store, params: Members) -> Members:
    tags = state_store.machine(params["resourceArn"])["tags"]
    tags.update({tag["key"]: tag["value"] for tag in params.get("tags", [])})
    for key in params.get("tagKeys", []):
        tags.pop(key, None)
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


OPERATIONS: dict[str, Callable[[Store, Members], Members]] = {
    "CreateStateMachine": _create,
    "DeleteStateMachine": _delete,
    "DescribeExecution": _describe_execution,
    "DescribeMapRun": _describe_run,
    "DescribeStateMachine": lambda state_store, params: state_store.machine(params["stateMachineArn"]),
    "GetExecutionHistory": _history,
    "ListExecutions": _list_executions,
    "ListMapRuns": _list_runs,
    "ListStateMachineVersions": lambda state_store, params: {"stateMachineVersions": []},
    "ListStateMachines": _list_machines,
    "ListTagsForResource": _tag,
    "RedriveExecution": _redrive,
    "StartExecution": _start,
    "StopExecution": _stop,
    "TagResource": _tag,
    "UntagResource": _tag,
    "UpdateStateMachine": _update,
    "ValidateStateMachineDefinition": _validate,
}


class StatesResponse(TableResponse):
    """The responses of Step Functions."""

    service, operations, store = "stepfunctions", OPERATIONS, store

    def prepare(self, params: Members) -> None:
        """Raise AwsError for an ARN that is none."""
        for name, value in params.items():
            if name.endswith("Arn") and not value.startswith("arn:"):
                problem = "Invalid Role Arn: '" if name == "roleArn" else "Invalid Arn: 'Invalid ARN prefix: "
                raise AwsError("InvalidArn", f"{problem}{value}'")


RESPONSE = ("states", StatesResponse)
