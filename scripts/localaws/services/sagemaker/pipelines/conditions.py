"""Conditions of a Condition step. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps.html#step-type-condition
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from scripts.localaws.services.sagemaker.pipelines.references import ReferenceFailed

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "NotEquals": operator.ne,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}


def holds(condition: Mapping[str, Any]) -> bool:
    """Whether a condition without references holds. Raises ReferenceFailed for values that cannot be compared."""
    kind = condition["Type"]
    if kind == "Not":
        return not holds(condition["Expression"])
    if kind == "Or":
        return any(map(holds, condition["Conditions"]))
    if kind == "In":
        return condition["QueryValue"] in condition["Values"]
    left, right = _comparable(condition["LeftValue"], condition["RightValue"])
    try:
        return bool(_COMPARISONS[kind](left, right))
    except TypeError:
        raise ReferenceFailed(f"ClientError: {kind} cannot compare {left!r} with {right!r}.") from None


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """A number that is written as text counts as a number beside a number."""
    try:
        if isinstance(left, str) and isinstance(right, int | float):
            return float(left), right
        if isinstance(right, str) and isinstance(left, int | float):
            return left, float(right)
    except ValueError:
        pass
    return left, right
