"""Templates with parameter values filled in: references, Fn::If and conditions that the values decide are resolved.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

ParameterValues = Mapping[str, Any]


def user_parameters(template: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a user enters; the others are read from SSM."""
    parameters = template["Parameters"].items()
    return {name: body for name, body in parameters if not body["Type"].startswith("AWS::SSM::")}


def combinations(template: Mapping[str, Any]) -> Iterator[ParameterValues]:
    """Every combination of the parameters with AllowedValues; other parameters keep their reference."""
    parameters = user_parameters(template).items()
    choices = {name: body["AllowedValues"] for name, body in parameters if "AllowedValues" in body}
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def resolved(template: Mapping[str, Any], values: ParameterValues) -> dict[str, Any]:
    """The template with the values filled in, without resources whose condition is false."""
    conditions = {name: evaluate(body, template, values) for name, body in template.get("Conditions", {}).items()}
    resources = {
        name: body for name, body in template["Resources"].items() if conditions.get(body.get("Condition"), True)
    }
    return {
        name: section if name in _UNCHANGED else substitute(section, values, conditions)
        for name, section in {**template, "Resources": resources}.items()
    }


_UNCHANGED = ("Conditions", "Metadata", "Parameters", "Rules")


def substitute(node: Any, values: ParameterValues, conditions: Mapping[str, bool | None]) -> Any:
    """The node with references and Fn::If resolved; Fn::If of an undecided condition stays."""
    if isinstance(node, list):
        return [substitute(child, values, conditions) for child in node]
    if not isinstance(node, Mapping):
        return node
    if set(node) == {"Ref"} and node["Ref"] in values:
        return values[node["Ref"]]
    if set(node) == {"Fn::If"} and (result := conditions[node["Fn::If"][0]]) is not None:
        return substitute(node["Fn::If"][1 if result else 2], values, conditions)
    return {key: substitute(child, values, conditions) for key, child in node.items()}


def evaluate(condition: Any, template: Mapping[str, Any], values: ParameterValues) -> bool | None:
    """The result of a condition; None when it depends on SSM or on a parameter without AllowedValues."""
    [(function, argument)] = condition.items()
    if function == "Condition":
        return evaluate(template["Conditions"][argument], template, values)
    if function == "Fn::Equals":
        sides = [values.get(side["Ref"]) if isinstance(side, Mapping) and "Ref" in side else side for side in argument]
        undecided = None in sides or any(isinstance(side, Mapping) for side in sides)
        return None if undecided else str(sides[0]) == str(sides[1])
    results = [evaluate(part, template, values) for part in argument]
    match function:
        case "Fn::Not":
            return None if results[0] is None else not results[0]
        case "Fn::And":
            return False if False in results else None if None in results else True
        case "Fn::Or":
            return True if True in results else None if None in results else False
    raise AssertionError(f"a condition that this test does not know: {function}")
