"""Parameters: each write sends an event to EventBridge."""

import json
import time
from typing import Any

import pytest

from tests.localaws.conftest import Aws

pytestmark = pytest.mark.local_only


def heard(aws: Aws, queue: str) -> list[dict[str, Any]]:
    messages = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_a_rule_receives_an_event_of_each_parameter_under_its_prefix(aws: Aws) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html"""
    queue = aws("sqs").create_queue(QueueName="ssm-heard")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {
        "source": ["aws.ssm"], "detail-type": ["Parameter Store Change"], "detail": {"name": [{"prefix": "/heard/"}]},
    }  # fmt: skip
    aws("events").put_rule(Name="ssm-heard", EventPattern=json.dumps(pattern))
    aws("events").put_targets(Rule="ssm-heard", Targets=[{"Id": "queue", "Arn": arn}])
    for name in ("/heard/a", "/unheard/a", "/heard/a"):
        aws("ssm").put_parameter(Name=name, Value=str(time.time()), Type="String", Overwrite=True)
    first, second = heard(aws, queue)
    assert first["resources"] == [f"arn:aws:ssm:eu-west-2:{first['account']}:parameter/heard/a"]
    detail = {"name": "/heard/a", "type": "String", "description": ""}
    assert [first["detail"], second["detail"]] == [detail | {"operation": "Create"}, detail | {"operation": "Update"}]


def test_a_rule_with_a_schedule_alone_receives_no_event(aws: Aws) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html"""
    queue = aws("sqs").create_queue(QueueName="scheduled")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("events").put_rule(Name="scheduled", ScheduleExpression="rate(7 days)")
    aws("events").put_targets(Rule="scheduled", Targets=[{"Id": "queue", "Arn": arn}])
    aws("ssm").put_parameter(Name="/scheduled/a", Value="1", Type="String")
    assert heard(aws, queue) == []
