"""Frozen templates of the inference pipeline: approval, resources of each mode, instance counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
VERSIONS = sorted((FOLDER / "versions").glob("*.json"))
each_version = pytest.mark.parametrize(
    "resources", [json.loads(path.read_text())["Resources"] for path in VERSIONS], ids=lambda _: ""
)


def newest() -> dict[str, Any]:
    resources: dict[str, Any] = json.loads(VERSIONS[-1].read_text())["Resources"]
    return resources


@each_version
def test_the_function_that_finds_the_approved_version_cannot_approve(resources: dict[str, Any]) -> None:
    statements = [*resources["ApprovalPermissions"]["Properties"]["PolicyDocument"]["Statement"]]
    for policy in resources["ApprovalRole"]["Properties"]["Policies"]:
        statements += policy["PolicyDocument"]["Statement"]
    actions = {action for statement in statements for action in statement["Action"] if action.startswith("sagemaker:")}
    assert actions == {"sagemaker:ListModelPackages"}


@each_version
def test_model_and_configuration_are_named_by_the_version_that_they_run(resources: dict[str, Any]) -> None:
    names = [resources[title]["Properties"][f"{title}Name"] for title in ("Model", "EndpointConfig")]
    assert all(name["Fn::Sub"][1]["Version"] == {"Fn::GetAtt": ["Approved", "Version"]} for name in names)


@each_version
def test_in_production_there_are_always_two_instances(resources: dict[str, Any]) -> None:
    (variant,) = resources["EndpointConfig"]["Properties"]["ProductionVariants"]
    two = {"Fn::If": ["IsProduction", 2, 1]}
    assert variant["InitialInstanceCount"] == resources["Instances"]["Properties"]["MinCapacity"] == two


def test_on_demand_endpoints_scale_to_zero_outside_of_production_only() -> None:
    resources = newest()
    (variant,) = resources["ComponentConfig"]["Properties"]["ProductionVariants"]
    minimum = {"Fn::If": ["IsProduction", 2, 0]}
    assert (
        variant["ManagedInstanceScaling"]["MinInstanceCount"]
        == resources["Copies"]["Properties"]["MinCapacity"]
        == minimum
    )
    assert variant["InitialInstanceCount"] == {"Fn::If": ["IsProduction", 2, 1]}


def test_on_demand_endpoints_have_the_network_and_key_of_other_endpoints() -> None:
    config, model = (newest()[title]["Properties"] for title in ("ComponentConfig", "Model"))
    assert config["EnableNetworkIsolation"] is model["EnableNetworkIsolation"] is True
    assert config["VpcConfig"] == model["VpcConfig"]
    endpoint = newest()["EndpointConfig"]["Properties"]
    assert [config[name] for name in ("KmsKeyId", "DataCaptureConfig")] == [
        endpoint[name] for name in ("KmsKeyId", "DataCaptureConfig")
    ]


def test_a_request_without_capacity_adds_a_copy() -> None:
    alarm, policy = (newest()[title]["Properties"] for title in ("AskedInVain", "FirstCopy"))
    assert alarm["MetricName"] == "NoCapacityInvocationFailures"
    assert alarm["AlarmActions"] == [{"Ref": "FirstCopy"}]
    assert policy["StepScalingPolicyConfiguration"]["StepAdjustments"] == [
        {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
    ]


@each_version
def test_a_mode_has_only_its_own_resources(resources: dict[str, Any]) -> None:
    uses = {name: resource.get("Condition") for name, resource in resources.items()}
    assert {name for name, use in uses.items() if use == "IsBatch"} == {"Batch", "Timer", "TimerRole"}
    assert {name for name, use in uses.items() if use == "IsRealTime"} == {
        "Endpoint", "EndpointConfig", "EndpointErrors", "EndpointLatency", "EndpointLogs", "Instances", "Scaling",
    }  # fmt: skip
    assert {name for name, use in uses.items() if use == "IsToZero"} in (set(), {
        "AskedInVain", "Component", "ComponentConfig", "ComponentEndpoint", "ComponentErrors", "ComponentLatency",
        "ComponentLogs", "Copies", "CopiesByTraffic", "FirstCopy",
    })  # fmt: skip


def test_each_version_offers_more_uses() -> None:
    uses = {path.stem: json.loads(path.read_text())["Parameters"]["Mode"]["AllowedValues"] for path in VERSIONS}
    assert set(uses["1.2.0"]) - set(uses["1.1.0"]) == {"real-time-to-zero"}
    assert set(uses["1.1.0"]) - set(uses["1.0.0"]) == {"real-time-linear", "real-time-all-at-once"}
