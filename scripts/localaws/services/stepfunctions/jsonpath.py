"""The query language JSONPath: reference paths and payload templates.

https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

from __future__ import annotations

import copy
import re
from typing import Any

from scripts.localaws.services.stepfunctions.execution_state import ExecutionState

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\['([^']+)'\]|\[(\d+)\]")
_PATH = re.compile(rf"\$\$?(?:{_STEP.pattern})*")


class PathError(Exception):
    """A path is not supported (States.Runtime) or matches nothing (States.ParameterPathFailure)."""


def find(path: str, data: Any, context: Any) -> Any:
    """Return the value of a path: `$.a.b[0]` in the data, `$$.a` in the context object."""
    if not _PATH.fullmatch(path):
        raise PathError(f"the embedded AWS does not read the path {path!r}; see SUPPORTED.md")
    value = context if path.startswith("$$") else data
    for name, quoted, index in _STEP.findall(path):
        try:
            value = value[int(index)] if index else value[name or quoted]
        except (KeyError, IndexError, TypeError):
            raise PathError(f"The JSONPath '{path}' could not be found in the input") from None
    return value


def exists(path: str, data: Any, context: Any) -> bool:
    """Return whether the path matches a value."""
    try:
        find(path, data, context)
    except PathError:
        return False
    return True


def render(template: Any, data: Any, context: Any) -> Any:
    """Return a payload template with every `name.$` replaced by the value of its path."""
    if isinstance(template, dict):
        pairs = ((key, value) for key, value in template.items())
        return {
            key.removesuffix(".$"): find(value, data, context) if key.endswith(".$") else render(value, data, context)
            for key, value in pairs
        }
    return [render(item, data, context) for item in template] if isinstance(template, list) else template


def set_result(data: Any, path: str | None, result: Any) -> Any:
    """Return the data with the result at a ResultPath: `$` replaces the data, None drops the result."""
    if path is None or path == "$":
        return data if path is None else result
    copied = copy.deepcopy(data)
    *parents, last = [name or quoted for name, quoted, _ in _STEP.findall(path)]
    node = copied
    for name in parents:
        node = node.setdefault(name, {})
    node[last] = result
    return copied


def _is_of_type(operator: str, value: Any) -> bool:
    """Return whether an operator compares values of this type: no operator converts a value."""
    if operator.startswith("Numeric"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool if operator.startswith("Boolean") else str)


class JsonPath:
    """Reads the input and places the output of states by paths."""

    def task_input(self, state: dict[str, Any], execution: ExecutionState) -> Any:
        """Return the parameters of a Task."""
        return render(state.get("Parameters", {}), execution.data, execution.context)

    def apply_result(self, state: dict[str, Any], execution: ExecutionState, result: Any) -> None:
        """Place the result of a Task or a Map in the data."""
        selected = render(state["ResultSelector"], result, execution.context) if "ResultSelector" in state else result
        execution.data = set_result(execution.data, state.get("ResultPath", "$"), selected)

    def apply_pass(self, state: dict[str, Any], execution: ExecutionState) -> None:
        """Place the Result or Parameters of a Pass in the data."""
        if "Parameters" in state or "Result" in state:
            parameters = render(state.get("Parameters"), execution.data, execution.context)
            execution.data = set_result(execution.data, state.get("ResultPath", "$"), state.get("Result", parameters))

    def wait_seconds(self, state: dict[str, Any], _: ExecutionState) -> float:
        """Return the seconds of a Wait."""
        return float(state["Seconds"])

    def rule_matches(self, rule: dict[str, Any], execution: ExecutionState) -> bool:
        """Return whether a Choice rule matches."""
        if "IsPresent" in rule:
            return exists(rule["Variable"], execution.data, execution.context) is rule["IsPresent"]
        value = find(rule["Variable"], execution.data, execution.context)
        operator = next(name for name in rule if name.startswith(("String", "Numeric", "Boolean")))
        expected = rule[operator]
        if operator.endswith("Path"):
            expected = find(expected, execution.data, execution.context)
        if not (_is_of_type(operator, value) and _is_of_type(operator, expected)):
            return False
        return bool(value > expected if "GreaterThan" in operator else value == expected)

    def apply_catch(self, rule: dict[str, Any], execution: ExecutionState, error_output: dict[str, str]) -> None:
        """Place the error output of a Catch in the data."""
        execution.data = set_result(execution.data, rule.get("ResultPath", "$"), error_output)

    def fail_text(self, fail_value: str, _: ExecutionState) -> str:
        """Return the Error or the Cause of a Fail."""
        return fail_value
