"""What is particular to monitoring: everybody who should be told is told, and monitors read nothing that was typed."""

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
TOPIC = {"Ref": "Topic"}


def of(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: it["Properties"] for name, it in resources.items() if it["Type"] == f"AWS::{kind}"}


@each_version
def test_every_rule_and_every_alarm_tells_the_topic(resources: dict[str, Any]) -> None:
    rules, alarms = of(resources, "Events::Rule"), of(resources, "CloudWatch::Alarm")
    assert {"PipelineFailed", "TrainingFailed", "TransformFailed", "ProcessingFailed", "ReleaseFailed"} <= set(rules)
    assert all([target["Arn"] for target in it["Targets"]] == [TOPIC] for it in rules.values())
    assert all(it["AlarmActions"] == it["OKActions"] == [TOPIC] for it in alarms.values())
    (budget,) = of(resources, "Budgets::Budget").values()
    told = [person["Address"] for it in budget["NotificationsWithSubscribers"] for person in it["Subscribers"]]
    assert told == [TOPIC, TOPIC]


@each_version
def test_whoever_tells_the_topic_may_publish_there(resources: dict[str, Any]) -> None:
    statements = resources["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    services = {it["Principal"]["Service"].split(".")[0] for it in statements if it["Effect"] == "Allow"}
    assert services == {"cloudwatch", "events", "budgets"}


@each_version
def test_a_target_that_is_a_topic_has_no_role(resources: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    assert not [it for rule in of(resources, "Events::Rule").values() for it in rule["Targets"] if "RoleArn" in it]


@each_version
def test_monitors_read_and_write_below_the_product_s_own_bucket_only(resources: dict[str, Any]) -> None:
    definitions = {name: it for name, it in resources.items() if it["Type"].endswith("JobDefinition")}
    places = [text for it in definitions.values() for text in json.dumps(it).split('"') if text.startswith("s3://")]
    assert len(places) >= 2 * len(definitions)
    assert all(place.startswith("s3://${MonitorBucket}/") for place in places)


@each_version
def test_the_picture_shows_every_rule_with_and_without_an_endpoint(resources: dict[str, Any]) -> None:
    _, *bodies = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::If"]
    for text, names in (body["Fn::Sub"] for body in bodies):
        assert json.loads(text)["widgets"]
        assert set(names) == set(of(resources, "Events::Rule"))
        assert all(f"${{{name}}}" in text for name in names)


def test_all_four_monitors_are_there_since_1_1_0() -> None:
    kinds = {
        path.stem: {it["Type"].split("::")[-1] for it in json.loads(path.read_text())["Resources"].values()}
        for path in VERSIONS
    }
    both = {"DataQualityJobDefinition", "ModelQualityJobDefinition"}
    assert both <= kinds["1.0.0"]
    new = {"ModelBiasJobDefinition", "ModelExplainabilityJobDefinition"}
    assert kinds["1.1.0"] - kinds["1.0.0"] == new


def test_monitors_need_an_endpoint() -> None:
    (rule,) = json.loads(VERSIONS[-1].read_text())["Rules"].values()
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Monitors"}, "none"]}]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Endpoint"}, "none"]}]}
