"""Replies about executions, stages and actions. Pure.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html
https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListActionExecutions.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution

Members = dict[str, Any]


def execution_detail(execution: PipelineExecution) -> Members:
    """A PipelineExecution."""
    revisions = [
        {"name": name, "revisionId": each["revision"]} for name, each in execution.artifacts.items() if each["revision"]
    ]
    return {
        "pipelineName": execution.name,
        "pipelineVersion": execution.pipeline["version"],
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "artifactRevisions": revisions,
        "variables": [{"name": name, "resolvedValue": value} for name, value in execution.variables.items()],
        "trigger": execution.trigger,
        "executionMode": execution.pipeline["executionMode"],
        "executionType": "STANDARD",
    }


def execution_summary(execution: PipelineExecution) -> Members:
    """A PipelineExecutionSummary."""
    stop = {"stopTrigger": {"reason": execution.stop_reason}} if execution.stop.is_set() else {}
    return {
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "startTime": execution.start_time,
        "lastUpdateTime": execution.last_update,
        "sourceRevisions": execution.revisions,
        "trigger": execution.trigger,
        "executionMode": execution.pipeline["executionMode"],
        "executionType": "STANDARD",
        **stop,
    }


def stage_state(
    stage: Mapping[str, Any], newest: PipelineExecution | None, executions: Sequence[PipelineExecution]
) -> Members:
    """A StageState; `newest` is the execution that entered the stage last."""
    name = stage["name"]
    waiting = [{"pipelineExecutionId": each.id, "status": each.status} for each in executions if each.inbound == name]
    latest = {"latestExecution": _stage_execution(newest, name)} if newest else {}
    inbound = {"inboundExecution": waiting[0], "inboundExecutions": waiting} if waiting else {}
    states = [_action_state(action, newest.newest_action(name, action["name"]) if newest else None)
              for action in stage["actions"]]  # fmt: skip
    transition = {"inboundTransitionState": {"enabled": True}}
    return {"stageName": name, **inbound, **transition, "actionStates": states, **latest}


def _stage_execution(execution: PipelineExecution, stage: str) -> Members:
    return {"pipelineExecutionId": execution.id, "status": execution.stages[stage], "type": "STANDARD"}


def _action_state(declaration: Mapping[str, Any], action: ActionExecution | None) -> Members:
    if action is None:
        return {"actionName": declaration["name"]}
    latest = {
        "actionExecutionId": action.id,
        "status": action.status,
        "lastStatusChange": action.last_update,
        **_optional(
            summary=action.summary,
            token=action.token if action.status == "InProgress" else "",
            lastUpdatedBy=action.updated_by,
            externalExecutionId=action.external_id,
        ),
        **_error(action),
    }
    return {"actionName": action.name, "latestExecution": latest}


def action_detail(execution: PipelineExecution, action: ActionExecution) -> Members:
    """An ActionExecutionDetail."""
    declaration = action.declaration
    result = {
        **_optional(externalExecutionId=action.external_id, externalExecutionSummary=action.summary),
        **_error(action),
    }
    input_members = {
        "actionTypeId": declaration["actionTypeId"],
        "configuration": declaration.get("configuration", {}),
        "resolvedConfiguration": action.configuration,
        "region": execution.location[1],
        "inputArtifacts": action.input_artifacts,
        **_optional(roleArn=declaration.get("roleArn", ""), namespace=declaration.get("namespace", "")),
    }
    return {
        "pipelineExecutionId": execution.id,
        "actionExecutionId": action.id,
        "pipelineVersion": execution.pipeline["version"],
        "stageName": action.stage,
        "actionName": action.name,
        "startTime": action.start_time,
        "lastUpdateTime": action.last_update,
        "status": action.status,
        "input": input_members,
        "output": {
            "outputArtifacts": action.output_artifacts,
            "executionResult": result,
            "outputVariables": action.output_variables,
        },
    }


def _error(action: ActionExecution) -> Members:
    return {"errorDetails": {"code": action.error_code, "message": action.error}} if action.error else {}


def _optional(**members: str) -> Members:
    return {name: value for name, value in members.items() if value}
