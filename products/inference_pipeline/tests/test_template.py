"""What is particular to the inference pipeline: who decides what runs, and what is there for which use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
VERSIONS = sorted((FOLDER / "versions").glob("*.json"))
each_version = pytest.mark.parametrize(
    "resources", [json.loads(it.read_text())["Resources"] for it in VERSIONS], ids=lambda _: ""
)


@each_version
def test_who_finds_the_approved_version_can_approve_nothing(resources: dict[str, Any]) -> None:
    statements = [*resources["ApprovalPermissions"]["Properties"]["PolicyDocument"]["Statement"]]
    for policy in resources["ApprovalRole"]["Properties"]["Policies"]:
        statements += policy["PolicyDocument"]["Statement"]
    actions = {action for it in statements for action in it["Action"] if action.startswith("sagemaker:")}
    assert actions == {"sagemaker:ListModelPackages"}


@each_version
def test_model_and_configuration_are_named_by_the_version_that_they_run(resources: dict[str, Any]) -> None:
    names = [resources[it]["Properties"][f"{it}Name"] for it in ("Model", "EndpointConfig")]
    assert all(name["Fn::Sub"][1]["Version"] == {"Fn::GetAtt": ["Approved", "Version"]} for name in names)


@each_version
def test_in_production_there_are_always_two_instances(resources: dict[str, Any]) -> None:
    (variant,) = resources["EndpointConfig"]["Properties"]["ProductionVariants"]
    two = {"Fn::If": ["IsProduction", 2, 1]}
    assert variant["InitialInstanceCount"] == resources["Instances"]["Properties"]["MinCapacity"] == two


@each_version
def test_a_use_makes_only_what_belongs_to_it(resources: dict[str, Any]) -> None:
    uses = {name: it.get("Condition") for name, it in resources.items()}
    assert {name for name, use in uses.items() if use == "IsBatch"} == {"Batch", "Timer", "TimerRole"}
    assert {name for name, use in uses.items() if use == "IsRealTime"} == {
        "Endpoint", "EndpointConfig", "EndpointErrors", "EndpointLatency", "EndpointLogs", "Instances", "Scaling",
    }  # fmt: skip


def test_ways_in_which_traffic_moves_came_with_1_1_0() -> None:
    uses = {it.stem: json.loads(it.read_text())["Parameters"]["Mode"]["AllowedValues"] for it in VERSIONS}
    assert set(uses["1.1.0"]) - set(uses["1.0.0"]) == {"real-time-linear", "real-time-all-at-once"}
