"""The state of an execution, as the query languages and map runs use it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.services.stepfunctions.history import History
from scripts.localaws.services.stepfunctions.tasks import Session, timestamp


class ExecutionState(ABC):
    """Input, data, variables and status of one execution.

    `definition` is the definition of the state machine, or of the item processor, at the start of the execution.
    """

    def __init__(self, machine: dict[str, Any], arn: str, definition: dict[str, Any], data: Any) -> None:
        self.machine, self.arn, self.definition, self.input = machine, arn, definition, data
        self.name, self.started_at = arn.rpartition(":")[2], clock.now()
        self.status, self.output, self.error, self.cause = "RUNNING", None, "", ""
        self.stopped_at = self.redriven_at = self.entered_at = self.started_at
        self.redrive_count, self.current_state, self.data = 0, str(definition["StartAt"]), data
        self.variables: dict[str, Any] = {}
        self.stop_event, self.history = clock.Event(), History()

    @abstractmethod
    def run(self, session: Session) -> None:
        """Run states until the execution ends."""

    @property
    def context(self) -> dict[str, Any]:
        """Return the context object, `$$`."""
        execution = {"Id": self.arn, "Name": self.name, "Input": self.input, "RoleArn": self.machine["roleArn"]}
        execution |= {"StartTime": timestamp(self.started_at), "RedriveCount": self.redrive_count}
        return {
            "Execution": execution,
            "State": {"Name": self.current_state, "EnteredTime": timestamp(self.entered_at)},
            "StateMachine": {"Id": self.machine["stateMachineArn"], "Name": self.machine["name"]},
        }

    def redrive(self) -> None:
        """Prepare the execution to continue at the state that failed."""
        self.redrive_count, self.redriven_at, self.status = self.redrive_count + 1, clock.now(), "RUNNING"
        self.error = self.cause = ""
        self.stop_event.clear()
        self.history.add("ExecutionRedriven", {"redriveCount": self.redrive_count})
