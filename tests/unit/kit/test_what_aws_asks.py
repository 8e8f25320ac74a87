"""What AWS asks of parts of generators.kit: reads from AWS's own network, keys of topics, sizes of deployments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from troposphere import Ref, Template

from generators import kit
from generators.iam.conditions import Context
from generators.iam.evaluation import AuthorizationRequest, Decision, decide
from generators.release.build_context import bind_build_context

ROOT = Path(__file__).resolve().parents[3]
ENDPOINT, READER, OTHER = "vpce-1", "arn:aws:iam::111122223333:role/reader", "arn:aws:iam::111122223333:role/other"


@pytest.fixture(autouse=True)
def product() -> Iterator[None]:
    with bind_build_context(ROOT, "training-pipeline", "1.2.3"):
        yield


def bucket_policy() -> str:
    """The policy of a bucket with a reader, its references replaced by values."""
    _, policy = kit.private_bucket(Template(), "Bucket", "churn-models", exempt_readers=READER)
    text = json.dumps(policy.to_dict()["Properties"]["PolicyDocument"])
    values = {
        '{"Fn::Sub": ["${Bucket}/*", {"Bucket": {"Fn::GetAtt": ["Bucket", "Arn"]}}]}': '"arn:aws:s3:::b/*"',
        '{"Fn::GetAtt": ["Bucket", "Arn"]}': '"arn:aws:s3:::b"',
        '{"Ref": "SpokeVpcEndpointIdS3"}': f'"{ENDPOINT}"',
        '{"Ref": "SpokeDataKeyArn"}': '"key"',
    }
    for reference, value in values.items():
        text = text.replace(reference, value)
    return text


@pytest.mark.parametrize(
    ("role", "action", "origin", "is_denied"),
    [
        (READER, "s3:GetObject", "", False),
        (READER, "s3:GetObject", ENDPOINT, False),
        (READER, "s3:PutObject", "", True),
        (READER, "s3:DeleteObject", "", True),
        (OTHER, "s3:GetObject", "", True),
        (OTHER, "s3:PutObject", ENDPOINT, False),
    ],
)
def test_a_bucket_lets_its_readers_read_from_the_network_of_aws(
    role: str, action: str, origin: str, is_denied: bool
) -> None:
    """SageMaker reads property files and a model's artifact before there is a network: docs/adr/0011."""
    keys = {
        "aws:principalarn": role,
        "aws:sourcevpce": origin,
        "aws:securetransport": "true",
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
    }
    context = Context({key: (value,) for key, value in keys.items() if value})
    request = AuthorizationRequest(action, "arn:aws:s3:::b/k", context, {"AWS": (role,)}, "111122223333")
    assert (decide([bucket_policy()], request) is Decision.DENY) == is_denied


def statements(role: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = role.to_dict()["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return items


def test_a_pipeline_publishes_its_question_under_the_key_of_the_topic() -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"""
    t = Template()
    environment = kit.build_environment(t, "churn")
    topic = kit.topic(t, "Topic", "churn")
    source = kit.stage("Source", kit.s3_source(Ref("Bucket"), "code.zip"))
    pipeline = kit.pipeline(t, environment, "Moves", source, kit.approval("Shall it?", Ref(topic)))
    key = topic.to_dict()["Properties"]["KmsMasterKeyId"]
    keys = [s["Action"] for s in statements(pipeline.role) if s["Resource"] == [key]]
    assert keys == [["kms:Decrypt", "kms:GenerateDataKey*"]]


@pytest.mark.parametrize("instances", range(2, 21))
def test_steps_of_traffic_fit_every_fleet_of_two_and_more(instances: int) -> None:
    """API_TrafficRoutingConfig: a canary takes at most 50 %, a linear step 10 to 50 %; both at least one instance."""
    canary = kit.canary().to_dict()["CanarySize"]
    linear = kit.linear().to_dict()["LinearStepSize"]
    assert 1 <= size(canary, instances) <= instances / 2
    assert max(1, instances / 10) <= size(linear, instances) <= instances / 2


def size(capacity: dict[str, Any], instances: int) -> float:
    """Instances of a step."""
    value: int = capacity["Value"]
    return value if capacity["Type"] == "INSTANCE_COUNT" else instances * value / 100
