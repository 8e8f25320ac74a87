"""One execution of a pipeline: its stages and actions with their states. Changes nothing outside of itself.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError

Members = dict[str, Any]


class Status(StrEnum):
    """The status of an execution, a stage or an action."""

    IN_PROGRESS, SUCCEEDED, FAILED, STOPPING, STOPPED = "InProgress", "Succeeded", "Failed", "Stopping", "Stopped"
    ABANDONED = "Abandoned"  # of an action


@dataclass
class ActionExecution:
    """An action that runs or has run."""

    declaration: Mapping[str, Any]
    stage: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = Status.IN_PROGRESS
    start_time: datetime = field(default_factory=lambda: clock.now())
    last_update: datetime = field(default_factory=lambda: clock.now())
    configuration: dict[str, str] = field(default_factory=dict)  # resolved
    summary: str = ""
    error: str = ""
    error_code: str = ""
    external_id: str = ""
    updated_by: str = ""
    output_variables: dict[str, str] = field(default_factory=dict)
    input_artifacts: list[Members] = field(default_factory=list)
    output_artifacts: list[Members] = field(default_factory=list)
    token: str = ""  # of an approval
    decision: clock.Event = field(default_factory=clock.Event)

    @property
    def name(self) -> str:
        """The name of the action."""
        return str(self.declaration["name"])

    def end(self, status: str, error: str = "", code: str = "JobFailed") -> None:
        """Set the final status."""
        self.status, self.error, self.error_code = status, error, code if error else ""
        self.last_update = clock.now()


@dataclass
class PipelineExecution:
    """An execution of a version of a pipeline. `location` is account and region."""

    pipeline: Mapping[str, Any]
    location: tuple[str, str]
    trigger: Members
    variables: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = Status.IN_PROGRESS
    start_time: datetime = field(default_factory=lambda: clock.now())
    last_update: datetime = field(default_factory=lambda: clock.now())
    stages: dict[str, str] = field(default_factory=dict)  # stage -> status
    inbound: str = ""  # the stage that it waits for
    actions: list[ActionExecution] = field(default_factory=list)  # oldest first; a retry adds another
    artifacts: dict[str, Members] = field(default_factory=dict)  # name -> bucket, key, revision
    revisions: list[Members] = field(default_factory=list)
    stop_reason: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    abandon: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """The name of the pipeline."""
        return str(self.pipeline["name"])

    @property
    def role(self) -> str:
        """The ARN of the pipeline's role."""
        return str(self.pipeline["roleArn"])

    def newest_action(self, stage: str, action: str) -> ActionExecution | None:
        """The last run of the action in this execution."""
        runs = [run for run in self.actions if (run.stage, run.name) == (stage, action)]
        return runs[-1] if runs else None

    def namespaces(self) -> dict[str, dict[str, str]]:
        """The variables that an action may refer to."""
        of_actions = {
            run.declaration["namespace"]: run.output_variables
            for run in self.actions
            if run.status == Status.SUCCEEDED and run.declaration.get("namespace")
        }
        return {**of_actions, "codepipeline": {"PipelineExecutionId": self.id}, "variables": self.variables}

    def set_status(self, status: str) -> None:
        """Set the status of the whole execution."""
        self.status, self.last_update = status, clock.now()


def start_variables(pipeline: Mapping[str, Any], values: list[Members]) -> dict[str, str]:
    """The pipeline's variables with the values of a start request. Raises AwsError."""
    declared = {row["name"]: row.get("defaultValue") for row in pipeline.get("variables", ())}
    chosen = {row["name"]: row["value"] for row in values}
    if unknown := chosen.keys() - declared.keys():
        raise AwsError("ValidationException", f"The pipeline declares no variable {sorted(unknown)[0]}")
    variables = {**declared, **chosen}
    if missing := [name for name, value in variables.items() if value is None]:
        raise AwsError("ValidationException", f"The variable {missing[0]} has no default value and no value")
    return {name: str(value) for name, value in variables.items()}
