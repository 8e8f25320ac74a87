"""One execution: walks its states, keeps where it failed, goes on from there when it is redriven.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.stepfunctions import paths
from scripts.localaws.stepfunctions.maps import MapRun
from scripts.localaws.stepfunctions.tasks import Session, StateError, perform

_FASTER = 100


class Execution:
    """`definition` is the machine's (or the item processor's) at the start; `item` what a map gives to a child."""

    def __init__(self, machine: dict[str, Any], arn: str, definition: dict[str, Any], given: Any) -> None:
        self.machine, self.arn, self.definition, self.input = machine, arn, definition, given
        self.name, self.started = arn.rpartition(":")[2], datetime.now(UTC)
        self.status, self.output, self.error, self.cause = "RUNNING", None, "", ""
        self.stopped_at = self.redriven_at = self.started
        self.redrives, self.at, self.data = 0, str(definition["StartAt"]), given
        self.map_runs: dict[str, MapRun] = {}
        self.parent: MapRun | None = None
        self.stop = threading.Event()

    @property
    def context(self) -> dict[str, Any]:
        """The context object, `$$`."""
        own = {"Id": self.arn, "Name": self.name, "Input": self.input, "RoleArn": self.machine["roleArn"]}
        own |= {"StartTime": self.started.isoformat(), "RedriveCount": self.redrives}
        return {"Execution": own, "State": {"Name": self.at}, "StateMachine": {"Id": self.machine["stateMachineArn"]}}

    def redrive(self) -> None:
        """Ready to go on at the state that did not end."""
        self.redrives, self.redriven_at, self.status = self.redrives + 1, datetime.now(UTC), "RUNNING"
        self.error = self.cause = ""
        self.stop.clear()

    def run(self, session: Session) -> None:
        """Until it ends; never raises for what the machine does."""
        try:
            while self._step(self.definition["States"][self.at], session):
                pass
            self.status, self.output = "SUCCEEDED", self.data
        except StateError as failed:
            self.error, self.cause = failed.error, failed.cause
            self.status = "ABORTED" if self.stop.is_set() else "FAILED"
        except paths.PathError as error:
            self.error, self.cause, self.status = "States.Runtime", str(error), "FAILED"
        self.stopped_at = datetime.now(UTC)

    def _step(self, state: dict[str, Any], session: Session) -> bool:
        """Runs one state; whether another follows."""
        if self.stop.is_set():
            raise StateError("States.Aborted", "the execution was stopped")
        kind = state["Type"]
        if kind == "Fail":
            raise StateError(state.get("Error", ""), state.get("Cause", ""))
        if kind == "Choice":
            self.at = self._choose(state)
            return True
        following = self._work(state, session) if kind in ("Task", "Map") else self._simple(state)
        self.at = following or self.at
        return following is not None

    def _simple(self, state: dict[str, Any]) -> str | None:
        if state["Type"] == "Wait":
            self.stop.wait(state["Seconds"] / _FASTER)
        if state["Type"] == "Pass" and ("Parameters" in state or "Result" in state):
            given = paths.render(state.get("Parameters"), self.data, self.context)
            self.data = paths.put(self.data, state.get("ResultPath", "$"), state.get("Result", given))
        return state.get("Next")

    def _choose(self, state: dict[str, Any]) -> str:
        for rule in state["Choices"]:
            if _holds(rule, self.data, self.context):
                return str(rule["Next"])
        if "Default" not in state:
            raise StateError("States.NoChoiceMatched", f"no rule of the state {self.at} holds")
        return str(state["Default"])

    def _work(self, state: dict[str, Any], session: Session) -> str | None:
        """A Task or a Map, with its retries; a caught failure goes to its own next state."""
        try:
            result = self._retried(state, session)
        except StateError as failed:
            catch = next((it for it in state.get("Catch", ()) if _covers(it, failed)), None)
            if catch is None or self.stop.is_set():
                raise
            told = {"Error": failed.error, "Cause": failed.cause}
            self.data = paths.put(self.data, catch.get("ResultPath", "$"), told)
            return str(catch["Next"])
        if "ResultSelector" in state:
            result = paths.render(state["ResultSelector"], result, self.context)
        self.data = paths.put(self.data, state.get("ResultPath", "$"), result)
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
        params = paths.render(state.get("Parameters", {}), self.data, self.context)
        return perform(state["Resource"], params, session)

    def _map(self, state: dict[str, Any], session: Session) -> Any:
        """The same map run when it is redriven."""
        if self.at not in self.map_runs:
            self.map_runs[self.at] = MapRun(self, self.at, state)
        return self.map_runs[self.at].run(self.data, session)


def _covers(rule: dict[str, Any], failed: StateError) -> bool:
    return bool({failed.error, "States.ALL", "States.TaskFailed"} & set(rule["ErrorEquals"]))


def _holds(rule: dict[str, Any], data: Any, context: Any) -> bool:
    if "IsPresent" in rule:
        return paths.present(rule["Variable"], data, context) is rule["IsPresent"]
    value = paths.find(rule["Variable"], data, context)
    if "NumericGreaterThanPath" in rule:
        return bool(value > paths.find(rule["NumericGreaterThanPath"], data, context))
    if "NumericGreaterThan" in rule:
        return bool(value > rule["NumericGreaterThan"])
    return any(value == rule[name] for name in ("StringEquals", "NumericEquals", "BooleanEquals") if name in rule)
