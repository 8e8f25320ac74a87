"""One execution: walks its states, keeps where it failed, goes on from there when it is redriven.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.services.stepfunctions import jsonpath
from scripts.localaws.services.stepfunctions.execution_state import ExecutionState
from scripts.localaws.services.stepfunctions.jsonata import Jsonata
from scripts.localaws.services.stepfunctions.map_run import MapRun
from scripts.localaws.services.stepfunctions.tasks import Session, StateError, perform

_FASTER = 100


class Execution(ExecutionState):
    """An execution of a state machine or, in a map run, of its item processor."""

    def __init__(self, machine: dict[str, Any], arn: str, definition: dict[str, Any], data: Any) -> None:
        super().__init__(machine, arn, definition, data)
        self.language = Jsonata() if definition.get("QueryLanguage") == "JSONata" else jsonpath.JsonPath()
        self.map_runs: dict[str, MapRun] = {}
        self.parent: MapRun | None = None

    def run(self, session: Session) -> None:
        """Until it ends; never raises for what the machine does."""
        try:
            while self._step(self.definition["States"][self.at], session):
                pass
            self.status, self.output = "SUCCEEDED", self.data
        except StateError as failed:
            self.error, self.cause = failed.error, failed.cause
            self.status = "ABORTED" if self.stop.is_set() else "FAILED"
        except jsonpath.PathError as error:
            self.error, self.cause, self.status = "States.Runtime", str(error), "FAILED"
        self.stopped_at = datetime.now(UTC)

    def _step(self, state: dict[str, Any], session: Session) -> bool:
        """Runs one state; whether another follows."""
        if self.stop.is_set():
            raise StateError("States.Aborted", "the execution was stopped")
        kind = state["Type"]
        if kind == "Fail":
            raise StateError(*(self.language.text(state.get(part, ""), self) for part in ("Error", "Cause")))
        if kind == "Choice":
            self.at = self._choose(state)
            return True
        following = self._work(state, session) if kind in ("Task", "Map") else self._simple(state)
        self.at = following or self.at
        return following is not None

    def _simple(self, state: dict[str, Any]) -> str | None:
        if state["Type"] == "Wait":
            self.stop.wait(self.language.seconds(state, self) / _FASTER)
        self.language.passed(state, self)
        return state.get("Next")

    def _choose(self, state: dict[str, Any]) -> str:
        for rule in state["Choices"]:
            if self.language.holds(rule, self):
                return str(rule["Next"])
        if "Default" not in state:
            raise StateError("States.NoChoiceMatched", f"no rule of the state {self.at} holds")
        return str(state["Default"])

    def _work(self, state: dict[str, Any], session: Session) -> str | None:
        """A Task or a Map, with its retries; a caught failure goes to its own next state."""
        try:
            self.language.left(state, self, self._retried(state, session))
        except StateError as failed:
            catch = next((it for it in state.get("Catch", ()) if _covers(it, failed)), None)
            if catch is None or self.stop.is_set():
                raise
            self.language.caught(catch, self, {"Error": failed.error, "Cause": failed.cause})
            return str(catch["Next"])
        return state.get("Next")

    def _retried(self, state: dict[str, Any], session: Session) -> Any:
        tried: Counter[str] = Counter()
        do = self._map if state["Type"] == "Map" else self._task
        while True:
            try:
                return do(state, session)
            except StateError as failed:
                rule = next((it for it in state.get("Retry", ()) if _covers(it, failed)), {"MaxAttempts": 0})
                tried[str(rule)] += 1
                if tried[str(rule)] > rule.get("MaxAttempts", 3) or self.stop.is_set():
                    raise
                pause = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2.0) ** (tried[str(rule)] - 1)
                self.stop.wait(min(pause, rule.get("MaxDelaySeconds", pause)) / _FASTER)

    def _task(self, state: dict[str, Any], session: Session) -> Any:
        return perform(state["Resource"], self.language.given(state, self), session)

    def _map(self, state: dict[str, Any], session: Session) -> Any:
        """The same map run when it is redriven."""
        if self.at not in self.map_runs:
            self.map_runs[self.at] = MapRun(self, self.at, state, self._child)
        return self.map_runs[self.at].run(self.data, session)

    def _child(self, map_run: MapRun, arn: str, data: Any) -> Execution:
        """A pending child execution of a map run."""
        child = Execution(self.machine, arn, map_run.state["ItemProcessor"], data)
        child.status, child.parent = "PENDING", map_run
        return child


def _covers(rule: dict[str, Any], failed: StateError) -> bool:
    return bool({failed.error, "States.ALL", "States.TaskFailed"} & set(rule["ErrorEquals"]))
