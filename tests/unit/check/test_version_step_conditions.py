"""What stands under a condition: an upgrade may write it otherwise, and may not take it away unsaid."""

from __future__ import annotations

from typing import Any

import pytest

from generators.check.compatibility.version_step import bump
from generators.release.version import Bump


def output(**output: Any) -> dict[str, Any]:
    return {"Outputs": {"O": {"Value": 1} | output}}


def equals(value: str) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": "P"}, value]}


def chosen(values: list[str] | None, condition: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An output under a condition on a parameter."""
    allowed = {"AllowedValues": values} if values else {}
    return {
        "Parameters": {"P": {"Type": "String"} | allowed | more},
        "Conditions": {"C": condition},
        **output(Condition="C"),
    }


def by_contract(condition: dict[str, Any]) -> dict[str, Any]:
    """As `chosen`, where the account says the value; a template allows the contract's path alone."""
    path = "/mlops/spoke/environment"
    contract = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": path, "AllowedValues": [path]}
    return {"Parameters": {"P": contract}, "Conditions": {"C": condition}, **output(Condition="C")}


CASES = {
    "a condition that says the same otherwise": (
        chosen(["a", "b"], {"Fn::Not": [equals("a")]}),
        chosen(["a", "b", "c"], {"Fn::And": [{"Fn::Not": [equals("a")]}, {"Fn::Not": [equals("c")]}]}),
        Bump.MINOR,
        "also allows c",
    ),
    "in fewer of the cases of before": (
        chosen(["a", "b", "c"], {"Fn::Not": [equals("a")]}),
        chosen(["a", "b", "c"], {"Fn::And": [{"Fn::Not": [equals("a")]}, {"Fn::Not": [equals("c")]}]}),
        Bump.MAJOR,
        "absent",
    ),
    "in more of the cases of before": (
        chosen(["a", "b"], equals("a")),
        chosen(["a", "b"], {"Fn::Or": [equals("a"), equals("b")]}),
        Bump.PATCH,
        "C",
    ),
    "that any text but one brings": (
        chosen(None, {"Fn::Not": [equals("a")]}),
        chosen(None, {"Fn::Not": [equals("b")]}),
        Bump.MAJOR,
        "absent",
    ),
    "a new parameter that is preset so": (
        output(),
        chosen(["a", "b"], equals("a"), Default="a"),
        Bump.MINOR,
        "'P' is new and has a default",
    ),
    "a new parameter that is preset otherwise": (
        output(),
        chosen(["a", "b"], equals("a"), Default="b"),
        Bump.MAJOR,
        "absent",
    ),
    "a contract, which can be anything": (
        output(),
        by_contract({"Fn::Not": [equals("production")]}),
        Bump.MAJOR,
        "absent",
    ),
    "another value of a contract": (
        by_contract({"Fn::Not": [equals("production")]}),
        by_contract({"Fn::Not": [equals("development")]}),
        Bump.MAJOR,
        "absent",
    ),
    "a condition that cannot be decided": (
        output(),
        chosen(["a"], {"Fn::Equals": [{"Fn::FindInMap": ["M", "a", "b"]}, "a"]}),
        Bump.MAJOR,
        "absent",
    ),
    "a condition that names itself": (
        output(),
        chosen(["a"], {"Fn::Not": [{"Condition": "C"}]}),
        Bump.MAJOR,
        "absent",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_output_is_missing_only_when_a_case_of_before_has_lost_it(case: str) -> None:
    old, new, step, reason = CASES[case]
    judgement = bump(old, new)
    assert judgement.bump is step
    assert reason in "; ".join(judgement.reasons)
