"""Operations of CodePipeline besides those that only store a pipeline.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/
"""

from typing import Any

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers, create, update
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.codepipeline import runner, triggers, views
from scripts.localaws.services.codepipeline.declaration import check
from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution, Status
from scripts.localaws.services.codepipeline.queues import Queues, queues
from scripts.localaws.services.sts import sessions


def _create(store: Store, params: Record, output: Any) -> Record:
    """A new pipeline runs at once: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create.html"""
    check(params["pipeline"])
    reply = create(store, store.resources["Pipeline"], params, output)
    pipeline = _pipeline(store, params["pipeline"]["name"])
    if pipeline["executionMode"] == "QUEUED":
        triggers.start(_location(store), pipeline, "CreatePipeline", _caller())
    return reply


def _update(store: Store, params: Record, output: Any) -> Record:
    """Every update is a new version of the whole declaration."""
    check(params["pipeline"])
    version = _pipeline(store, params["pipeline"]["name"])["version"] + 1
    return update(store, store.resources["Pipeline"], {**params["pipeline"], "version": version}, output)


def _location(store: Store) -> tuple[str, str]:
    return store.account, store.region


def _caller() -> str:
    return sessions.caller(context.current_caller()).arn


def _pipeline(store: Store, name: str) -> Record:
    return store.get(store.resources["Pipeline"], {"name": name})


def _queues(store: Store, pipeline: str) -> Queues:
    """The queues, once the pipeline is known to exist."""
    _pipeline(store, pipeline)
    return queues(*_location(store))


def _start(store: Store, params: Record, _: Any) -> Record:
    pipeline, queue, token = (
        _pipeline(store, params["name"]),
        queues(*_location(store)),
        params.get("clientRequestToken"),
    )
    if pipeline["executionMode"] != "QUEUED" or params.get("sourceRevisions"):
        message = "the embedded AWS runs pipelines in QUEUED mode from their newest revisions; see SUPPORTED.md"
        raise AwsError("ValidationException", message)
    if token and token in queue.tokens:
        return {"pipelineExecutionId": queue.tokens[token]}
    values = params.get("variables", [])
    execution = triggers.start(_location(store), pipeline, "StartPipelineExecution", _caller(), values)
    if token:
        queue.tokens[token] = execution.id
    return {"pipelineExecutionId": execution.id}


def _get_execution(store: Store, params: Record, _: Any) -> Record:
    queue = _queues(store, params["pipelineName"])
    execution = queue.find(params["pipelineName"], params["pipelineExecutionId"])
    return {"pipelineExecution": views.execution_detail(execution)}


def _list_executions(store: Store, params: Record, _: Any) -> Record:
    name = params["pipelineName"]
    newest_first = _queues(store, name).executions[name][::-1]
    page, token = _page(newest_first, params)
    return {"pipelineExecutionSummaries": [views.execution_summary(each) for each in page], **token}


def _list_actions(store: Store, params: Record, _: Any) -> Record:
    name, id = params["pipelineName"], params.get("filter", {}).get("pipelineExecutionId")
    executions = _queues(store, name).executions[name]
    runs = [(each, run) for each in executions if id in (None, each.id) for run in each.actions]
    page, token = _page(runs[::-1], params)
    return {"actionExecutionDetails": [views.action_detail(*each) for each in page], **token}


def _page(items: list[Any], params: Record) -> tuple[list[Any], Record]:
    """A page of the items, and the token of the next one."""
    start, size = int(params.get("nextToken") or 0), params.get("maxResults") or 100
    end = start + size
    return items[start:end], {"nextToken": str(end)} if len(items) > end else {}


def _state(store: Store, params: Record, _: Any) -> Record:
    name = params["name"]
    pipeline, queue = _pipeline(store, name), _queues(store, name)
    executions = {each.id: each for each in queue.executions[name]}
    stages = [
        views.stage_state(stage, executions.get(queue.newest_in(name, stage["name"])), list(executions.values()))
        for stage in pipeline["stages"]
    ]
    times = {"created": pipeline["@created"], "updated": pipeline["@updated"]}
    return {"pipelineName": name, "pipelineVersion": pipeline["version"], "stageStates": stages, **times}


def _decide(store: Store, params: Record, _: Any) -> Record:
    """https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutApprovalResult.html"""
    action = _approval(store, params)
    if not action.token or params["token"] != action.token:
        raise AwsError("InvalidApprovalTokenException", "The approval token is not the one of the pending approval.")
    if action.decision.is_set():
        raise AwsError(
            "ApprovalAlreadyCompletedException", "The approval action has already been approved or rejected."
        )
    result, action.updated_by = params["result"], _caller()
    action.summary = result["summary"]
    action.end(Status.SUCCEEDED if result["status"] == "Approved" else Status.FAILED)
    action.decision.set()
    return {"approvedAt": action.last_update}


def _approval(store: Store, params: Record) -> ActionExecution:
    name, stage, action = params["pipelineName"], params["stageName"], params["actionName"]
    declared = {each["name"]: [a["name"] for a in each["actions"]] for each in _pipeline(store, name)["stages"]}
    if stage not in declared:
        raise AwsError("StageNotFoundException", f"The pipeline {name} has no stage {stage}")
    queue = _queues(store, name)
    newest = queue.newest_in(name, stage)
    run = queue.find(name, newest).newest_action(stage, action) if newest else None
    if action not in declared[stage] or run is None:
        raise AwsError("ActionNotFoundException", f"The stage {stage} of {name} has no action {action} to decide on")
    return run


def _retry(store: Store, params: Record, _: Any) -> Record:
    """https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RetryStageExecution.html"""
    name, stage, id = params["pipelineName"], params["stageName"], params["pipelineExecutionId"]
    queue = _queues(store, name)
    execution = queue.find(name, id)
    if stage not in {each["name"] for each in execution.pipeline["stages"]}:
        raise AwsError("StageNotFoundException", f"The pipeline {name} has no stage {stage}")
    if queue.newest_in(name, stage) != id:
        raise AwsError("NotLatestPipelineExecutionException", f"Another execution has entered the stage {stage}")
    if execution.stages[stage] not in (Status.FAILED, Status.STOPPED):
        raise AwsError("StageNotRetryableException", f"The stage {stage} has not failed in the execution {id}")
    execution.stop.clear()
    runner.retry(execution, stage, all_actions=params["retryMode"] == "ALL_ACTIONS")
    return {"pipelineExecutionId": id}


def _stop(store: Store, params: Record, _: Any) -> Record:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-stop.html"""
    name, id = params["pipelineName"], params["pipelineExecutionId"]
    queue = _queues(store, name)
    execution = queue.find(name, id)
    if execution.stop.is_set() and not params.get("abandon"):
        raise AwsError("DuplicatedStopRequestException", f"The execution {id} is already being stopped")
    if execution.status not in (Status.IN_PROGRESS, Status.STOPPING):
        raise AwsError("PipelineExecutionNotStoppableException", f"The execution {id} has ended")
    _request_stop(execution, params)
    queue.wake()
    return {"pipelineExecutionId": id}


def _request_stop(execution: PipelineExecution, params: Record) -> None:
    execution.stop_reason = params.get("reason", "")
    execution.set_status(Status.STOPPING)
    execution.stop.set()
    if params.get("abandon"):
        execution.abandon.set()
        for action in execution.actions:
            action.decision.set()


HANDLERS: Handlers = {
    ("codepipeline", "CreatePipeline"): _create,
    ("codepipeline", "UpdatePipeline"): _update,
    ("codepipeline", "StartPipelineExecution"): _start,
    ("codepipeline", "GetPipelineExecution"): _get_execution,
    ("codepipeline", "GetPipelineState"): _state,
    ("codepipeline", "ListPipelineExecutions"): _list_executions,
    ("codepipeline", "ListActionExecutions"): _list_actions,
    ("codepipeline", "PutApprovalResult"): _decide,
    ("codepipeline", "RetryStageExecution"): _retry,
    ("codepipeline", "StopPipelineExecution"): _stop,
}
