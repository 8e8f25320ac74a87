"""Replies about executions, stages and actions. Pure.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html
https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListActionExecutions.html
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.localaws.core.expressions import Structures
from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution

Members = dict[str, Any]
structure = Structures(Path(__file__).with_name("responses.yaml"))


def execution_detail(execution: PipelineExecution) -> Members:
    """A PipelineExecution."""
    sources = [(name, each["revision"]) for name, each in execution.artifacts.items() if each["revision"]]
    variables = [{"name": name, "resolvedValue": value} for name, value in execution.variables.items()]
    revisions = [{"name": name, "revisionId": revision} for name, revision in sources]
    return structure("PipelineExecution", execution, artifact_revisions=revisions, resolved_variables=variables)


def execution_summary(execution: PipelineExecution) -> Members:
    """A PipelineExecutionSummary."""
    return structure("PipelineExecutionSummary", execution, is_stopped=execution.stop.is_set())


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
    return {"actionName": action.name, "latestExecution": structure("ActionExecution", action)}


def action_detail(execution: PipelineExecution, action: ActionExecution) -> Members:
    """An ActionExecutionDetail."""
    own = {"execution_id": execution.id, "version": execution.pipeline["version"]}
    result = structure("ActionExecutionResult", action)
    artifacts = {"outputArtifacts": action.output_artifacts, "outputVariables": action.output_variables}
    return {
        **structure("ActionExecutionDetail", action, **own),
        "input": structure("ActionExecutionInput", action, region=execution.location[1]),
        "output": {**artifacts, "executionResult": result},
    }
