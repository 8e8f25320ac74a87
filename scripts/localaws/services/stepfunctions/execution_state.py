"""The state of an execution, which the query languages read and change and a map run counts."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.services.stepfunctions.tasks import Session


class ExecutionState(ABC):
    """Input, data, variables and status of one execution.

    `definition` is the definition of the state machine, or of the item processor, at the start of the execution.
    """

    def __init__(self, machine: dict[str, Any], arn: str, definition: dict[str, Any], data: Any) -> None:
        self.machine, self.arn, self.definition, self.input = machine, arn, definition, data
        self.name, self.started = arn.rpartition(":")[2], datetime.now(UTC)
        self.status, self.output, self.error, self.cause = "RUNNING", None, "", ""
        self.stopped_at = self.redriven_at = self.started
        self.redrives, self.at, self.data = 0, str(definition["StartAt"]), data
        self.variables: dict[str, Any] = {}
        self.stop = threading.Event()

    @abstractmethod
    def run(self, session: Session) -> None:
        """Run states until the execution ends."""

    @property
    def context(self) -> dict[str, Any]:
        """The context object, `$$`."""
        own = {"Id": self.arn, "Name": self.name, "Input": self.input, "RoleArn": self.machine["roleArn"]}
        own |= {"StartTime": self.started.isoformat(), "RedriveCount": self.redrives}
        return {"Execution": own, "State": {"Name": self.at}, "StateMachine": {"Id": self.machine["stateMachineArn"]}}

    def redrive(self) -> None:
        """Prepare the execution to continue at the state that did not end."""
        self.redrives, self.redriven_at, self.status = self.redrives + 1, datetime.now(UTC), "RUNNING"
        self.error = self.cause = ""
        self.stop.clear()
