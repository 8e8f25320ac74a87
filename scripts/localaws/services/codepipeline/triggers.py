"""Starts executions without a request: on a push that a connection sees, and when the pipeline is created.

https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
"""

from collections.abc import Mapping
from typing import Any

from scripts.localaws.crud import registry
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import store_of
from scripts.localaws.services.codepipeline import runner
from scripts.localaws.services.codepipeline.execution import PipelineExecution, start_variables


def start_on_push(location: tuple[str, str], connection: str, repository: str, branch: str) -> None:
    """Start every pipeline with a source action that detects changes of this branch."""
    for pipeline in _pipelines(location):
        source = {"ConnectionArn": connection, "FullRepositoryId": repository, "BranchName": branch}
        if any(_detects(action, source) for action in pipeline["stages"][0]["actions"]):
            start(location, pipeline, "Webhook", connection)


def _pipelines(location: tuple[str, str]) -> list[Record]:
    store = store_of(registry.SERVICES["codepipeline"], *location)
    return store.find(store.resources["Pipeline"])


def _detects(action: Mapping[str, Any], source: Mapping[str, str]) -> bool:
    configuration = action.get("configuration", {})
    is_on = configuration.get("DetectChanges", "true").lower() == "true"
    return is_on and all(configuration.get(key) == value for key, value in source.items())


def start(
    location: tuple[str, str],
    pipeline: Mapping[str, Any],
    trigger: str,
    detail: str,
    values: list[dict[str, Any]] | None = None,
) -> PipelineExecution:
    """Start an execution of the pipeline as it is now; `trigger` as in API_ExecutionTrigger."""
    variables = start_variables(pipeline, values or [])
    trigger_record = {"triggerType": trigger, "triggerDetail": detail}
    execution = PipelineExecution(dict(pipeline), location, trigger_record, variables)
    runner.start(execution)
    return execution
