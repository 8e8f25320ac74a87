"""How states read and leave data: JsonPath with paths, Jsonata with expressions in the newer query language. Pure.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from jsonata import Jsonata as Expression
from jsonata.jexception import JException

from scripts.localaws.services.stepfunctions.execution_state import ExecutionState
from scripts.localaws.services.stepfunctions.tasks import StateError

_EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)


class Jsonata:
    """States whose texts `{% ... %}` are expressions over $states and the variables that earlier states assigned."""

    def given(self, state: dict[str, Any], at: ExecutionState) -> Any:
        """What a Task calls with."""
        return _value(state.get("Arguments", {}), at)

    def left(self, state: dict[str, Any], at: ExecutionState, result: Any) -> None:
        """Keep the result of a Task: its Output goes on, its Assign stays."""
        _go_on(state, at, result, {"result": result})

    def passed(self, state: dict[str, Any], at: ExecutionState) -> None:
        """A Pass or a Wait."""
        _go_on(state, at, at.data, {})

    def seconds(self, state: dict[str, Any], at: ExecutionState) -> float:
        """How long a Wait lasts."""
        return float(_value(state["Seconds"], at))

    def holds(self, rule: dict[str, Any], at: ExecutionState) -> bool:
        """Whether a rule of a Choice leads on; only a boolean can say so."""
        found = _value(rule["Condition"], at)
        if not isinstance(found, bool):
            raise StateError("States.QueryEvaluationError", f"Condition {rule['Condition']} gave {found!r}, no boolean")
        return found

    def caught(self, rule: dict[str, Any], at: ExecutionState, told: dict[str, str]) -> None:
        """Keep what a Catch catches."""
        _go_on(rule, at, told, {"errorOutput": told})

    def text(self, written: str, at: ExecutionState) -> str:
        """The Error or the Cause of a Fail."""
        return str(_value(written, at)) if written else ""


def _go_on(state: dict[str, Any], at: ExecutionState, default: Any, more: dict[str, Any]) -> None:
    """Output and Assign see the same variables: those from before the state."""
    output = _value(state["Output"], at, more) if "Output" in state else default
    assigned = _value(state.get("Assign", {}), at, more)
    at.data, at.variables = output, {**at.variables, **assigned}


def _value(template: Any, at: ExecutionState, more: dict[str, Any] | None = None) -> Any:
    if isinstance(template, dict):
        return {key: _value(inner, at, more) for key, inner in template.items()}
    if isinstance(template, list):
        return [_value(inner, at, more) for inner in template]
    match = _EXPRESSION.fullmatch(template) if isinstance(template, str) else None
    return _evaluated(match[1], at, more or {}) if match else template


def _evaluated(text: str, at: ExecutionState, more: dict[str, Any]) -> Any:
    """An expression must give something: JSON cannot say `undefined`. (null counts as nothing here.)"""
    try:
        expression = Expression(text)
        names = expression.create_frame()
        names.bind("eval", None)  # which Step Functions does not have
        names.bind("states", {"input": at.data, "context": at.context, **more})
        for name, value in at.variables.items():
            names.bind(name, value)
        expression.register_lambda("parse", json.loads)
        found = expression.evaluate(None, names)
    except (JException, ValueError, TypeError) as error:
        raise StateError("States.QueryEvaluationError", f"The JSONata expression '{text}' failed: {error}") from None
    if found is None:
        raise StateError("States.QueryEvaluationError", f"The JSONata expression '{text}' gave nothing")
    return found
