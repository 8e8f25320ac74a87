"""Conditional outputs: an upgrade may write the condition differently, but a lost output is a MAJOR step."""

from __future__ import annotations

from typing import Any

import pytest

from generators.check.compatibility.version_step import version_step
from generators.release.version import Bump


def output(**output: Any) -> dict[str, Any]:
    return {"Outputs": {"O": {"Value": 1} | output}}


def equals(value: str) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": "P"}, value]}


def conditional_output(values: list[str] | None, condition: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An output under a condition on a parameter."""
    allowed = {"AllowedValues": values} if values else {}
    return {
        "Parameters": {"P": {"Type": "String"} | allowed | more},
        "Conditions": {"C": condition},
        **output(Condition="C"),
    }


def contract_output(condition: dict[str, Any]) -> dict[str, Any]:
    """An output under a condition on an SSM parameter, for which a template allows only its path."""
    path = "/mlops/spoke/environment"
    contract = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": path, "AllowedValues": [path]}
    return {"Parameters": {"P": contract}, "Conditions": {"C": condition}, **output(Condition="C")}


CASES = {
    "an equivalent condition": (
        conditional_output(["a", "b"], {"Fn::Not": [equals("a")]}),
        conditional_output(["a", "b", "c"], {"Fn::And": [{"Fn::Not": [equals("a")]}, {"Fn::Not": [equals("c")]}]}),
        Bump.MINOR,
        "also allows c",
    ),
    "true for fewer of the accepted values": (
        conditional_output(["a", "b", "c"], {"Fn::Not": [equals("a")]}),
        conditional_output(["a", "b", "c"], {"Fn::And": [{"Fn::Not": [equals("a")]}, {"Fn::Not": [equals("c")]}]}),
        Bump.MAJOR,
        "absent",
    ),
    "true for more of the accepted values": (
        conditional_output(["a", "b"], equals("a")),
        conditional_output(["a", "b"], {"Fn::Or": [equals("a"), equals("b")]}),
        Bump.PATCH,
        "C",
    ),
    "true for every value but one": (
        conditional_output(None, {"Fn::Not": [equals("a")]}),
        conditional_output(None, {"Fn::Not": [equals("b")]}),
        Bump.MAJOR,
        "absent",
    ),
    "a new parameter whose default makes it true": (
        output(),
        conditional_output(["a", "b"], equals("a"), Default="a"),
        Bump.MINOR,
        "'P' is new and has a default",
    ),
    "a new parameter whose default makes it false": (
        output(),
        conditional_output(["a", "b"], equals("a"), Default="b"),
        Bump.MAJOR,
        "absent",
    ),
    "an SSM parameter, which can have any value": (
        output(),
        contract_output({"Fn::Not": [equals("production")]}),
        Bump.MAJOR,
        "absent",
    ),
    "another value of an SSM parameter": (
        contract_output({"Fn::Not": [equals("production")]}),
        contract_output({"Fn::Not": [equals("development")]}),
        Bump.MAJOR,
        "absent",
    ),
    "a condition that cannot be evaluated": (
        output(),
        conditional_output(["a"], {"Fn::Equals": [{"Fn::FindInMap": ["M", "a", "b"]}, "a"]}),
        Bump.MAJOR,
        "absent",
    ),
    "a condition that names itself": (
        output(),
        conditional_output(["a"], {"Fn::Not": [{"Condition": "C"}]}),
        Bump.MAJOR,
        "absent",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_output_may_be_missing_if_an_accepted_value_loses_it(case: str) -> None:
    old, new, bump, reason = CASES[case]
    step = version_step(old, new)
    assert step.bump is bump
    assert reason in "; ".join(step.reasons)
