"""An execution: runs the states; after a failure, a redrive continues at the failed state.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.services.stepfunctions import jsonpath
from scripts.localaws.services.stepfunctions.execution_state import ExecutionState
from scripts.localaws.services.stepfunctions.jsonata import Jsonata
from scripts.localaws.services.stepfunctions.map_run import MapRun
from scripts.localaws.services.stepfunctions.service_models import compact_json
from scripts.localaws.services.stepfunctions.tasks import Session, StateError, run_task

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: input or result of a state
_MAX_BYTES = 262_144
_TERMINAL = ("States.DataLimitExceeded", "States.Runtime")


class Execution(ExecutionState):
    """An execution of a state machine or, in a map run, of its item processor."""

    def __init__(self, machine: dict[str, Any], arn: str, definition: dict[str, Any], data: Any) -> None:
        super().__init__(machine, arn, definition, data)
        self.language = Jsonata() if definition.get("QueryLanguage") == "JSONata" else jsonpath.JsonPath()
        self.map_runs: dict[str, MapRun] = {}
        self.parent: MapRun | None = None

    def run(self, session: Session) -> None:
        """Run states until the execution ends; failures of states set its status and raise nothing."""
        if not self.history.events:
            self.history.add("ExecutionStarted", {"input": self.input, "roleArn": self.machine["roleArn"]})
        try:
            while self._step(self.definition["States"][self.current_state], session):
                pass
            self._end("SUCCEEDED", {"output": self.data})
        except StateError as failure:
            self.error, self.cause = failure.error, failure.cause
            self._end("ABORTED" if self.stop_event.is_set() else "FAILED", vars(failure))
        except jsonpath.PathError as error:
            self.error, self.cause = "States.Runtime", str(error)
            self._end("FAILED", {"error": self.error, "cause": self.cause})

    def _end(self, status: str, details: dict[str, Any]) -> None:
        self.history.add(
            f"Execution{status.capitalize()}", {key: value for key, value in details.items() if value != ""}
        )
        self.stopped_at, self.output, self.status = clock.now(), details.get("output"), status

    def _step(self, state: dict[str, Any], session: Session) -> bool:
        """Run one state and return whether another follows."""
        if self.stop_event.is_set():
            raise StateError("", "")
        self.entered_at = clock.now()
        state_type, name, variables = state["Type"], self.current_state, self.variables
        self.history.add(f"{state_type}StateEntered", {"name": name, "input": self.data})
        if state_type == "Fail":
            raise StateError(*(self.language.fail_text(state.get(part, ""), self) for part in ("Error", "Cause")))
        run_state = {"Choice": self._choice, "Task": self._task_or_map, "Map": self._task_or_map}
        next_state = run_state.get(state_type, self._pass_or_wait)(state, session)
        if len(compact_json(self.data).encode()) > _MAX_BYTES:
            name = state.get("Resource", self.current_state)
            text = f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes"
            raise StateError("States.DataLimitExceeded", f"{text} service limit.")
        changes = ((key, value) for key, value in self.variables.items() if variables.get(key) is not value)
        assigned = {key: compact_json(value) for key, value in changes}
        exited = {"name": name, "output": self.data} | ({"assignedVariables": assigned} if assigned else {})
        self.history.add(f"{state_type}StateExited", exited)
        self.current_state = next_state or self.current_state
        return next_state is not None

    def _pass_or_wait(self, state: dict[str, Any], _: Session) -> str | None:
        if state["Type"] == "Wait":
            self.stop_event.wait(self.language.wait_seconds(state, self))
        self.language.apply_pass(state, self)
        return state.get("Next")

    def _choice(self, state: dict[str, Any], _: Session) -> str:
        for rule in state["Choices"]:
            if self.language.rule_matches(rule, self):
                return str(rule["Next"])
        if "Default" not in state:
            raise StateError("States.NoChoiceMatched", f"no rule of the state {self.current_state} holds")
        return str(state["Default"])

    def _task_or_map(self, state: dict[str, Any], session: Session) -> str | None:
        """Run a Task or a Map with its retries; return the next state, that of Catch after a failure."""
        try:
            self.language.apply_result(state, self, self._with_retries(state, session))
        except StateError as failure:
            catch = next((rule for rule in state.get("Catch", ()) if _matches_error(rule, failure)), None)
            if catch is None or self.stop_event.is_set():
                raise
            self.language.apply_catch(catch, self, {"Error": failure.error, "Cause": failure.cause})
            return str(catch["Next"])
        return state.get("Next")

    def _with_retries(self, state: dict[str, Any], session: Session) -> Any:
        attempts: Counter[str] = Counter()
        run_state = self._map if state["Type"] == "Map" else self._task
        while True:
            try:
                return run_state(state, session)
            except StateError as failure:
                rules = [rule for rule in state.get("Retry", ()) if _matches_error(rule, failure)]
                rule = rules[0] if rules else {"MaxAttempts": 0}
                attempts[str(rule)] += 1
                if attempts[str(rule)] > rule.get("MaxAttempts", 3) or self.stop_event.is_set():
                    raise
                interval = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2.0) ** (attempts[str(rule)] - 1)
                self.stop_event.wait(min(interval, rule.get("MaxDelaySeconds", interval)))

    def _task(self, state: dict[str, Any], session: Session) -> Any:
        """Run a Task once; its events name the type and the operation of the resource."""
        parameters = self.language.task_input(state, self)
        kind, _, operation = state["Resource"].removeprefix("arn:aws:states:::").rpartition(":")
        names, text = {"resourceType": kind, "resource": operation}, compact_json(parameters)
        self.history.add("TaskScheduled", {**names, "region": session.region, "parameters": text})
        self.history.add("TaskStarted", {**names})
        try:
            result = run_task(state["Resource"], parameters, session)
        except StateError as failure:
            self.history.add("TaskFailed", {**names, "error": failure.error, "cause": failure.cause})
            raise
        self.history.add("TaskSucceeded", {**names, "output": result})
        return result

    def _map(self, state: dict[str, Any], session: Session) -> Any:
        """Run a Map state; a redrive continues its map run."""
        if self.current_state not in self.map_runs:
            self.map_runs[self.current_state] = MapRun(self, self.current_state, state, self._new_child)
        map_run = self.map_runs[self.current_state]
        if map_run.children:
            self.history.add("MapRunRedriven", {"mapRunArn": map_run.arn, "redriveCount": map_run.redrive_count + 1})
        else:
            self.history.add("MapStateStarted", {"length": 0})
            self.history.add("MapRunStarted", {"mapRunArn": map_run.arn})
        try:
            result = map_run.run(self.data, session)
        except StateError as failure:
            self.history.add("MapRunFailed", {"error": failure.error, "cause": failure.cause})
            self.history.add("MapStateFailed")
            raise
        self.history.add("MapRunSucceeded")
        self.history.add("MapStateSucceeded")
        return result

    def _new_child(self, map_run: MapRun, arn: str, data: Any) -> Execution:
        """Return a pending child execution of a map run."""
        child = Execution(self.machine, arn, map_run.state["ItemProcessor"], data)
        child.status, child.parent = "PENDING", map_run
        return child


def _matches_error(rule: dict[str, Any], failure: StateError) -> bool:
    """Return whether a Retry or Catch matches; wildcards do not match errors that end an execution.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    wildcards = set[str]() if failure.error in _TERMINAL else {"States.ALL", "States.TaskFailed"}
    return bool({failure.error, *wildcards} & set(rule["ErrorEquals"]))
