"""A template as it is launched with given answers: what the user chose stands in it, what they did not choose is gone.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

Answers = Mapping[str, Any]


def asked(template: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a person answers; the others are contracts."""
    return {name: item for name, item in template["Parameters"].items() if not item["Type"].startswith("AWS::SSM::")}


def answers(template: Mapping[str, Any]) -> Iterator[Answers]:
    """Every combination of what can be chosen from a list; what is typed keeps its reference."""
    lists = {name: item["AllowedValues"] for name, item in asked(template).items() if "AllowedValues" in item}
    for values in product(*lists.values()):
        yield dict(zip(lists, values, strict=True))


def launched(template: Mapping[str, Any], chosen: Answers) -> dict[str, Any]:
    """The template with the answers in the place of their references and of the conditions that they decide."""
    conditions = {name: decided(item, template, chosen) for name, item in template.get("Conditions", {}).items()}
    kept = {name: item for name, item in template["Resources"].items() if conditions.get(item.get("Condition"), True)}
    whole = {**template, "Resources": kept}
    return {name: part if name in _AS_IT_IS else filled(part, chosen, conditions) for name, part in whole.items()}


_AS_IT_IS = ("Conditions", "Metadata", "Parameters", "Rules")


def filled(node: Any, chosen: Answers, conditions: Mapping[str, bool | None]) -> Any:
    """Fn::If of an undecided condition stays."""
    if isinstance(node, list):
        return [filled(item, chosen, conditions) for item in node]
    if not isinstance(node, Mapping):
        return node
    if set(node) == {"Ref"} and node["Ref"] in chosen:
        return chosen[node["Ref"]]
    if set(node) == {"Fn::If"} and (known := conditions[node["Fn::If"][0]]) is not None:
        return filled(node["Fn::If"][1 if known else 2], chosen, conditions)
    return {key: filled(item, chosen, conditions) for key, item in node.items()}


def decided(condition: Any, template: Mapping[str, Any], chosen: Answers) -> bool | None:
    """Whether it holds; None where a contract or something typed decides."""
    [(function, inner)] = condition.items()
    if function == "Condition":
        return decided(template["Conditions"][inner], template, chosen)
    if function == "Fn::Equals":
        sides = [chosen.get(item["Ref"]) if isinstance(item, Mapping) and "Ref" in item else item for item in inner]
        return (
            None
            if None in sides or any(isinstance(side, Mapping) for side in sides)
            else str(sides[0]) == str(sides[1])
        )
    parts = [decided(item, template, chosen) for item in inner]
    match function:
        case "Fn::Not":
            return None if parts[0] is None else not parts[0]
        case "Fn::And":
            return False if False in parts else None if None in parts else True
        case "Fn::Or":
            return True if True in parts else None if None in parts else False
    raise AssertionError(f"a condition that this test does not know: {function}")
