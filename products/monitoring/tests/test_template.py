"""Frozen templates of monitoring: rules and alarms notify the topic, monitors use the product's bucket only."""

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
TOPIC = {"Ref": "Topic"}


def of(resources: dict[str, Any], resource_type: str) -> dict[str, Any]:
    return {
        name: resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == f"AWS::{resource_type}"
    }


@each_version
def test_every_rule_and_every_alarm_notifies_the_topic(resources: dict[str, Any]) -> None:
    rules, alarms = of(resources, "Events::Rule"), of(resources, "CloudWatch::Alarm")
    assert {"PipelineFailed", "TrainingFailed", "TransformFailed", "ProcessingFailed", "ReleaseFailed"} <= set(rules)
    assert all([target["Arn"] for target in rule["Targets"]] == [TOPIC] for rule in rules.values())
    assert all(alarm["AlarmActions"] == alarm["OKActions"] == [TOPIC] for alarm in alarms.values())
    (budget,) = of(resources, "Budgets::Budget").values()
    notifications = budget["NotificationsWithSubscribers"]
    addresses = [subscriber["Address"] for item in notifications for subscriber in item["Subscribers"]]
    assert addresses == [TOPIC, TOPIC]


@each_version
def test_services_that_notify_the_topic_may_publish_to_it(resources: dict[str, Any]) -> None:
    statements = resources["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allows = [statement for statement in statements if statement["Effect"] == "Allow"]
    services = {statement["Principal"]["Service"].split(".")[0] for statement in allows}
    assert services == {"cloudwatch", "events", "budgets"}


@each_version
def test_a_target_that_is_a_topic_has_no_role(resources: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    targets = [target for rule in of(resources, "Events::Rule").values() for target in rule["Targets"]]
    assert not [target for target in targets if "RoleArn" in target]


@each_version
def test_monitors_read_and_write_below_the_product_s_own_bucket_only(resources: dict[str, Any]) -> None:
    definitions = [resource for resource in resources.values() if resource["Type"].endswith("JobDefinition")]
    uris = [text for item in definitions for text in json.dumps(item).split('"') if text.startswith("s3://")]
    assert len(uris) >= 2 * len(definitions)
    assert all(uri.startswith("s3://${MonitorBucket}/") for uri in uris)


@each_version
def test_the_dashboard_shows_every_rule_with_and_without_an_endpoint(resources: dict[str, Any]) -> None:
    _, *bodies = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::If"]
    for text, names in (body["Fn::Sub"] for body in bodies):
        assert json.loads(text)["widgets"]
        assert set(names) == set(of(resources, "Events::Rule"))
        assert all(f"${{{name}}}" in text for name in names)


def test_all_four_monitors_exist_since_1_1_0() -> None:
    types = {
        path.stem: {resource["Type"].split("::")[-1] for resource in json.loads(path.read_text())["Resources"].values()}
        for path in VERSIONS
    }
    both = {"DataQualityJobDefinition", "ModelQualityJobDefinition"}
    assert both <= types["1.0.0"]
    new = {"ModelBiasJobDefinition", "ModelExplainabilityJobDefinition"}
    assert types["1.1.0"] - types["1.0.0"] == new


def test_monitors_need_an_endpoint() -> None:
    (rule,) = json.loads(VERSIONS[-1].read_text())["Rules"].values()
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Monitors"}, "none"]}]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Endpoint"}, "none"]}]}
