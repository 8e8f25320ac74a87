"""Runs executions: the stages in order, in each stage the actions of a run order at the same time.

https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""

import itertools
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.core.exceptions import ServiceException

from scripts.localaws.core import clock
from scripts.localaws.services.codepipeline import actions, events
from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution, Status
from scripts.localaws.services.codepipeline.queues import queues
from scripts.localaws.services.codepipeline.variables import UnknownVariableError, resolve
from scripts.localaws.services.iam.authorization.requirements import start_denial
from scripts.localaws.services.sts.models import assume_for_service


def start(execution: PipelineExecution) -> None:
    """Run the execution in the background."""
    queues(*execution.location).executions[execution.name].append(execution)
    events.send_pipeline_event(execution, "STARTED")
    threading.Thread(target=_run, args=(execution, execution.pipeline["stages"]), daemon=True).start()


def retry(execution: PipelineExecution, stage: str, *, all_actions: bool) -> None:
    """Run a failed stage again, and the stages after it, in the background."""
    stages = list(itertools.dropwhile(lambda each: each["name"] != stage, execution.pipeline["stages"]))
    finished = () if all_actions else tuple(run.name for run in execution.actions if _succeeded(run, stage))
    execution.set_status(Status.IN_PROGRESS)
    events.send_pipeline_event(execution, "RESUMED")
    threading.Thread(target=_run, args=(execution, stages, finished), daemon=True).start()


def _succeeded(action: ActionExecution, stage: str) -> bool:
    return action.stage == stage and action.status == Status.SUCCEEDED


def _run(execution: PipelineExecution, stages: Sequence[Mapping[str, Any]], finished: tuple[str, ...] = ()) -> None:
    queue, status = queues(*execution.location), Status.STOPPED
    for stage in stages:
        if not queue.enter(execution, stage["name"]):
            break
        try:
            status = _run_stage(execution, stage, finished)
        finally:
            queue.leave(execution, stage["name"])
        if status != Status.SUCCEEDED:
            break
        finished = ()
    _end(execution, Status.STOPPED if execution.stop.is_set() else status)


def _end(execution: PipelineExecution, status: str) -> None:
    execution.set_status(status)
    events.send_pipeline_event(execution, status.upper())


def _run_stage(execution: PipelineExecution, stage: Mapping[str, Any], finished: tuple[str, ...]) -> Status:
    """The status of the stage at its end."""
    name = stage["name"]
    _set_stage(execution, name, Status.IN_PROGRESS)
    remaining = [action for action in stage["actions"] if action["name"] not in finished]
    ordered = sorted(remaining, key=lambda action: int(action.get("runOrder", 1)))
    for _, group in itertools.groupby(ordered, key=lambda action: int(action.get("runOrder", 1))):
        runs = [ActionExecution(declaration, name) for declaration in group]
        execution.actions += runs
        with ThreadPoolExecutor(len(runs)) as pool:
            list(pool.map(lambda run: _run_action(execution, run), runs))
        if any(run.status == Status.FAILED for run in runs):
            return _set_stage(execution, name, Status.FAILED)
        if execution.stop.is_set():
            return _set_stage(execution, name, Status.STOPPED)
    return _set_stage(execution, name, Status.SUCCEEDED)


def _set_stage(execution: PipelineExecution, stage: str, status: Status) -> Status:
    execution.stages[stage], execution.last_update = status, clock.now()
    events.send_stage_event(execution, stage, "STARTED" if status == Status.IN_PROGRESS else status.upper())
    return status


def _run_action(execution: PipelineExecution, action: ActionExecution) -> None:
    inputs = [artifact["name"] for artifact in action.declaration.get("inputArtifacts", ())]
    locations = [{key: execution.artifacts[name][key] for key in ("bucket", "key")} for name in inputs]
    action.input_artifacts = [{"name": n, "s3location": place} for n, place in zip(inputs, locations, strict=True)]
    events.send_action_event(execution, action, "STARTED")
    try:
        role = action.declaration.get("roleArn", execution.role)
        key = assume_for_service(role, "codepipeline.amazonaws.com", execution.id, execution.location[0])
        action.configuration = resolve(action.declaration.get("configuration", {}), execution.namespaces())
    except ServiceException:
        message = f"CodePipeline is not authorized to perform AssumeRole on role {role}"
        action.end(Status.FAILED, message, "PermissionError")
    except UnknownVariableError as error:
        action.end(Status.FAILED, str(error), "ConfigurationError")
    else:
        denial = start_denial("StartPipelineExecution", execution.pipeline, *execution.location, "codepipeline")
        if denial:
            action.end(Status.FAILED, denial, "PermissionError")
        else:
            actions.run(execution, action, key)
    events.send_action_event(execution, action, action.status.upper())
