"""The state machines and executions of the accounts."""

import threading
from functools import cache
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.stepfunctions.execution import Execution
from scripts.localaws.services.stepfunctions.map_run import MapRun
from scripts.localaws.services.stepfunctions.tasks import Session
from scripts.localaws.services.sts import models

Members = dict[str, Any]


class Store:
    """The state machines and executions of one account and region, by ARN."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.machines: dict[str, Members] = {}
        self.executions: dict[str, Execution] = {}

    def machine(self, arn: str) -> Members:
        """Return a state machine; StateMachineDoesNotExist if there is none."""
        if arn not in self.machines:
            raise AwsError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self.machines[arn]

    def execution(self, arn: str) -> Execution:
        """Return an execution, which may be a child of a map run."""
        children = (child for run in self.runs() for child in run.children if isinstance(child, Execution))
        execution = self.executions.get(arn) or next((child for child in children if child.arn == arn), None)
        if execution is None:
            raise AwsError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return execution

    def runs(self) -> list[MapRun]:
        """Return all map runs."""
        return [run for execution in self.executions.values() for run in execution.map_runs.values()]

    def map_run(self, arn: str) -> MapRun:
        """Return a map run; ResourceNotFound if there is none."""
        map_run = next((candidate for candidate in self.runs() if candidate.arn == arn), None)
        if map_run is None:
            raise AwsError("ResourceNotFound", f"Resource not found: '{arn}'")
        return map_run

    def start_in_background(self, execution: Execution) -> None:
        """Run the execution in the background with the machine's role."""
        role = execution.machine["roleArn"]
        key = models.assume_for_service(role, "states.amazonaws.com", execution.name[:64], self.account)
        session = Session(self.account, self.region, key, execution.stop_event)
        threading.Thread(target=execution.run, args=(session,), daemon=True).start()


@cache
def store(account: str, region: str) -> Store:
    """Return the store of an account and region."""
    return Store(account, region)
