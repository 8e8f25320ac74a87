"""Reference paths and payload templates. Pure.

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
    """A path that cannot be read (States.Runtime) or that finds nothing (States.ParameterPathFailure)."""


def find(path: str, data: Any, context: Any) -> Any:
    """What `$.a.b[0]` finds in the data, `$$.a` in the context object."""
    if not _PATH.fullmatch(path):
        raise PathError(f"the embedded AWS does not read the path {path!r}; see SUPPORTED.md")
    at = context if path.startswith("$$") else data
    for name, quoted, index in _STEP.findall(path):
        try:
            at = at[int(index)] if index else at[name or quoted]
        except (KeyError, IndexError, TypeError):
            raise PathError(f"The JSONPath '{path}' could not be found in the input") from None
    return at


def present(path: str, data: Any, context: Any) -> bool:
    """Whether a readable path finds something."""
    try:
        find(path, data, context)
    except PathError:
        return False
    return True


def render(template: Any, data: Any, context: Any) -> Any:
    """A payload template with every `name.$` replaced by what its path finds."""
    if isinstance(template, dict):
        pairs = ((key, value) for key, value in template.items())
        return {
            key.removesuffix(".$"): find(value, data, context) if key.endswith(".$") else render(value, data, context)
            for key, value in pairs
        }
    return [render(item, data, context) for item in template] if isinstance(template, list) else template


def put(data: Any, path: str | None, result: Any) -> Any:
    """The data with the result at a ResultPath: `$` replaces it, None drops the result."""
    if path is None or path == "$":
        return data if path is None else result
    made = copy.deepcopy(data)
    *parents, last = [name or quoted for name, quoted, _ in _STEP.findall(path)]
    at = made
    for name in parents:
        at = at.setdefault(name, {})
    at[last] = result
    return made


class JsonPath:
    """States that say with paths what they read and where they leave it."""

    def given(self, state: dict[str, Any], at: ExecutionState) -> Any:
        """What a Task calls with."""
        return render(state.get("Parameters", {}), at.data, at.context)

    def left(self, state: dict[str, Any], at: ExecutionState, result: Any) -> None:
        """Put the result of a Task or a Map into the data."""
        chosen = render(state["ResultSelector"], result, at.context) if "ResultSelector" in state else result
        at.data = put(at.data, state.get("ResultPath", "$"), chosen)

    def passed(self, state: dict[str, Any], at: ExecutionState) -> None:
        """A Pass or a Wait."""
        if "Parameters" in state or "Result" in state:
            made = render(state.get("Parameters"), at.data, at.context)
            at.data = put(at.data, state.get("ResultPath", "$"), state.get("Result", made))

    def seconds(self, state: dict[str, Any], _: ExecutionState) -> float:
        """How long a Wait lasts."""
        return float(state["Seconds"])

    def holds(self, rule: dict[str, Any], at: ExecutionState) -> bool:
        """Whether a rule of a Choice leads on."""
        if "IsPresent" in rule:
            return present(rule["Variable"], at.data, at.context) is rule["IsPresent"]
        value = find(rule["Variable"], at.data, at.context)
        if "NumericGreaterThanPath" in rule:
            return bool(value > find(rule["NumericGreaterThanPath"], at.data, at.context))
        if "NumericGreaterThan" in rule:
            return bool(value > rule["NumericGreaterThan"])
        return any(value == rule[name] for name in ("StringEquals", "NumericEquals", "BooleanEquals") if name in rule)

    def caught(self, rule: dict[str, Any], at: ExecutionState, told: dict[str, str]) -> None:
        """Put what a Catch catches into the data."""
        at.data = put(at.data, rule.get("ResultPath", "$"), told)

    def text(self, written: str, _: ExecutionState) -> str:
        """The Error or the Cause of a Fail."""
        return written
