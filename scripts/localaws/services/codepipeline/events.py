"""The EventBridge events of executions, stages and actions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
"""

from typing import Any

from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution
from scripts.localaws.services.events.delivery import send_service_event


def send_pipeline_event(execution: PipelineExecution, state: str) -> None:
    """The event of the whole execution; `state` such as STARTED or SUCCEEDED."""
    trigger = {"trigger-type": execution.trigger["triggerType"], "trigger-detail": execution.trigger["triggerDetail"]}
    more: dict[str, Any] = {"execution-trigger": trigger} if state == "STARTED" else {}
    more |= {"stop-execution-comments": execution.stop_reason} if state == "STOPPING" else {}
    _send(execution, "Pipeline", {"state": state, **more})


def send_stage_event(execution: PipelineExecution, stage: str, state: str) -> None:
    """The event of a stage."""
    _send(execution, "Stage", {"stage": stage, "state": state})


def send_action_event(execution: PipelineExecution, action: ActionExecution, state: str) -> None:
    """The event of an action."""
    kind = action.declaration["actionTypeId"]
    detail = {
        "stage": action.stage,
        "action": action.name,
        "action-execution-id": action.id,
        "state": state,
        "region": execution.location[1],
        "type": {key: kind[key] for key in ("owner", "provider", "category", "version")},
    }
    _send(execution, "Action", detail)


def _send(execution: PipelineExecution, level: str, detail: dict[str, Any]) -> None:
    account, region = execution.location
    names = {"pipeline": execution.name, "execution-id": execution.id, "version": execution.pipeline["version"]}
    arn = f"arn:aws:codepipeline:{region}:{account}:{execution.name}"
    detail_type = f"CodePipeline {level} Execution State Change"
    send_service_event(execution.location, "aws.codepipeline", detail_type, [arn], {**names, **detail})
