"""The query language JSONata: input and output of states by expressions and variables.

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
    """Evaluates strings `{% ... %}` as expressions over $states and the variables of earlier states."""

    def task_input(self, state: dict[str, Any], execution: ExecutionState) -> Any:
        """Return the arguments of a Task."""
        return _value(state.get("Arguments", {}), execution)

    def apply_result(self, state: dict[str, Any], execution: ExecutionState, result: Any) -> None:
        """Apply Output and Assign to the result of a Task."""
        _apply_output(state, execution, result, {"result": result})

    def apply_pass(self, state: dict[str, Any], execution: ExecutionState) -> None:
        """Apply Output and Assign of a Pass or a Wait."""
        _apply_output(state, execution, execution.data, {})

    def wait_seconds(self, state: dict[str, Any], execution: ExecutionState) -> float:
        """Return the seconds of a Wait."""
        return float(_value(state["Seconds"], execution))

    def rule_matches(self, rule: dict[str, Any], execution: ExecutionState) -> bool:
        """Return whether a Choice rule matches; its Condition must be a boolean."""
        value = _value(rule["Condition"], execution)
        if not isinstance(value, bool):
            raise StateError("States.QueryEvaluationError", f"Condition {rule['Condition']} gave {value!r}, no boolean")
        return value

    def apply_catch(self, rule: dict[str, Any], execution: ExecutionState, error_output: dict[str, str]) -> None:
        """Apply Output and Assign of a Catch to the error output."""
        _apply_output(rule, execution, error_output, {"errorOutput": error_output})

    def fail_text(self, expression: str, execution: ExecutionState) -> str:
        """Return the Error or the Cause of a Fail."""
        return str(_value(expression, execution)) if expression else ""


def _apply_output(
    state: dict[str, Any], execution: ExecutionState, default_output: Any, states_fields: dict[str, Any]
) -> None:
    """Evaluate Output and Assign with the variables from before the state."""
    output = _value(state["Output"], execution, states_fields) if "Output" in state else default_output
    assigned = _value(state.get("Assign", {}), execution, states_fields)
    execution.data, execution.variables = output, {**execution.variables, **assigned}


def _value(template: Any, execution: ExecutionState, states_fields: dict[str, Any] | None = None) -> Any:
    if isinstance(template, dict):
        return {key: _value(item, execution, states_fields) for key, item in template.items()}
    if isinstance(template, list):
        return [_value(item, execution, states_fields) for item in template]
    match = _EXPRESSION.fullmatch(template) if isinstance(template, str) else None
    return _evaluate(match[1], execution, states_fields or {}) if match else template


def _evaluate(text: str, execution: ExecutionState, states_fields: dict[str, Any]) -> Any:
    """Return the value of an expression; an error for `undefined`, which JSON does not have, and for null."""
    try:
        expression = Expression(text)
        frame = expression.create_frame()
        frame.bind("eval", None)  # not available in Step Functions
        frame.bind("states", {"input": execution.data, "context": execution.context, **states_fields})
        for name, value in execution.variables.items():
            frame.bind(name, value)
        expression.register_lambda("parse", json.loads)
        value = expression.evaluate(None, frame)
    except (JException, ValueError, TypeError) as error:
        raise StateError("States.QueryEvaluationError", f"The JSONata expression '{text}' failed: {error}") from None
    if value is None:
        raise StateError("States.QueryEvaluationError", f"The JSONata expression '{text}' gave nothing")
    return value
