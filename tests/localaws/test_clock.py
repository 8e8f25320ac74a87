"""The clock of the embedded AWS: what is due when time passes, and what then has expired."""

import json
import urllib.error
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scripts.localaws.services.events.schedule_expression import is_due
from tests.localaws.conftest import Aws, refused, started
from tests.localaws.pipelines import policy, trust, until

pytestmark = pytest.mark.local_only
ACCOUNT, REGION = "123456789012", "eu-west-2"
HOUR = 3600


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """An embedded AWS of its own: the sessions of other tests would expire."""
    with started(tmp_path_factory.mktemp("clock")) as server:
        yield Aws(server.endpoint)


@pytest.fixture(scope="module")
def queue(aws: Aws) -> tuple[str, str]:
    """URL and ARN of a queue."""
    url = aws("sqs").create_queue(QueueName="due")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return str(url), str(arn)


def received(aws: Aws, url: str) -> list[dict[str, Any]]:
    """The messages since the last call."""
    messages = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def test_a_rule_with_a_schedule_sends_an_event_each_time(aws: Aws, queue: tuple[str, str]) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html"""
    rule = aws("events").put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")["RuleArn"]
    aws("events").put_targets(Rule="hourly", Targets=[{"Id": "queue", "Arn": queue[1]}])
    aws.advance(HOUR - 120)
    assert received(aws, queue[0]) == []
    aws.advance(180)
    [event] = until(lambda: received(aws, queue[0]))
    kind = (event["source"], event["detail-type"], event["resources"], event["detail"])
    assert kind == ("aws.events", "Scheduled Event", [rule], {})
    aws("events").disable_rule(Name="hourly")
    aws.advance(2 * HOUR)
    aws("events").put_rule(Name="minutely", ScheduleExpression="cron(* * * * ? *)")
    aws("events").put_targets(Rule="minutely", Targets=[{"Id": "queue", "Arn": queue[1]}])
    aws.advance(60)
    events = until(lambda: received(aws, queue[0]))
    assert {event["resources"][0].rpartition("/")[2] for event in events} == {"minutely"}
    aws("events").disable_rule(Name="minutely")


def test_a_target_that_is_not_emulated_keeps_no_other_rule_from_its_target(aws: Aws, queue: tuple[str, str]) -> None:
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/nowhere"
    for name, target in (("a-stream", stream), ("b-queue", queue[1])):
        aws("events").put_rule(Name=name, ScheduleExpression="cron(* * * * ? *)")
        aws("events").put_targets(Rule=name, Targets=[{"Id": "target", "Arn": target}])
    for _ in range(2):
        received(aws, queue[0])
        aws.advance(60)
        events = until(lambda: [each for each in received(aws, queue[0]) if "b-queue" in each["resources"][0]])
        assert events
    for name in ("a-stream", "b-queue"):
        aws("events").disable_rule(Name=name)


def test_a_schedule_starts_a_pipeline_with_parameters_at_the_local_time(aws: Aws) -> None:
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html"""
    start = {"Effect": "Allow", "Action": ["sagemaker:StartPipelineExecution"], "Resource": "*"}
    role = aws("iam").create_role(RoleName="timer", AssumeRolePolicyDocument=trust("scheduler"))["Role"]["Arn"]
    aws("iam").put_role_policy(RoleName="timer", PolicyName="start", PolicyDocument=policy(start))
    runner = aws("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=trust("sagemaker"))["Role"]["Arn"]
    parameter = {"Name": "Word", "Type": "String", "DefaultValue": "no"}
    message = {"Name": "End", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Parameters.Word"}}}
    definition = {"Version": "2020-12-01", "Parameters": [parameter], "Steps": [message]}
    pipeline = aws("sagemaker").create_pipeline(
        PipelineName="nightly", PipelineDefinition=json.dumps(definition), RoleArn=runner, ClientRequestToken="a" * 32
    )["PipelineArn"]
    parameters = {"PipelineParameterList": [{"Name": "Word", "Value": "scheduled"}]}
    local = (aws.advance(0) + timedelta(minutes=5)).astimezone(ZoneInfo("Asia/Tokyo"))
    aws("scheduler").create_schedule(
        Name="nightly", ScheduleExpression=f"cron({local:%M %H} * * ? *)", ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": pipeline, "RoleArn": role, "SageMakerPipelineParameters": parameters},
    )  # fmt: skip
    aws.advance(400)

    def executions() -> list[dict[str, Any]]:
        answer = aws("sagemaker").list_pipeline_executions(PipelineName="nightly")["PipelineExecutionSummaries"]
        return [item for item in answer if item["PipelineExecutionStatus"] == "Failed"]

    [execution] = until(executions)
    arn = execution["PipelineExecutionArn"]
    [step] = aws("sagemaker").list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    assert step["FailureReason"] == "scheduled"


def test_a_topic_gets_an_event_when_its_policy_and_its_key_let_the_rule(aws: Aws, queue: tuple[str, str]) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    topic = aws("sns").create_topic(Name="people")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1], Attributes={"RawMessageDelivery": "true"})
    aws("events").put_rule(Name="tell", EventPattern=json.dumps({"source": ["tests"]}))
    aws("events").put_targets(Rule="tell", Targets=[{"Id": "topic", "Arn": topic, "Input": '"changed"'}])

    def send() -> None:
        entry = {"Source": "tests", "DetailType": "t", "Detail": "{}"}
        assert aws("events").put_events(Entries=[entry])["FailedEntryCount"] == 0

    send()
    service = {"Service": "events.amazonaws.com"}
    allow = {"Effect": "Allow", "Principal": service, "Action": "sns:Publish", "Resource": topic}
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy(allow))
    send()
    assert until(lambda: received(aws, queue[0])) == ["changed"]
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)
    send()
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    use = {"Effect": "Allow", "Principal": service, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}
    aws("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy(root, use))
    send()
    assert until(lambda: received(aws, queue[0])) == ["changed"]


def test_a_session_expires_by_the_clock(aws: Aws) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    own = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    aws("iam").create_role(RoleName="guest", AssumeRolePolicyDocument=policy(own))
    session = aws.client("sts", aws.assume(aws("sts"), f"arn:aws:iam::{ACCOUNT}:role/guest", DurationSeconds=900))
    session.get_caller_identity()
    aws.advance(901)
    assert refused(session.get_caller_identity)[0] == "ExpiredToken"


def test_the_time_only_goes_forward(aws: Aws) -> None:
    with pytest.raises(urllib.error.HTTPError):
        aws.advance(-1)


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("cron(0 2 ? * SAT#3 *)", ["17 02:00"]),
        ("cron(15 10 ? * 6L 2002-2026)", ["30 10:15"]),
        ("cron(0/20 8-9 ? * MON 2026)", [f"{day} {time}" for day in ("05", "12", "19", "26") for time in
                                         ("08:00", "08:20", "08:40", "09:00", "09:20", "09:40")]),
        ("cron(0 8 LW * ? *)", ["30 08:00"]),
        ("cron(0 8 3W * ? *)", ["02 08:00"]),
        ("cron(0 8 L JAN ? *)", ["31 08:00"]),
        ("cron(0,30 12 ? FEB,MAR L *)", []),
        ("cron(0 12 ? JAN 1-2 *)", [f"{day} 12:00" for day in ("04", "05", "11", "12", "18", "19", "25", "26")]),
        ("rate(10 days)", ["11 00:00", "21 00:00", "31 00:00"]),
    ],
)  # fmt: skip
def test_an_expression_is_due_when_the_user_guide_says_so(expression: str, minutes: list[str]) -> None:
    """The minutes of January 2026. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html"""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    month = (begin + timedelta(minutes=minute) for minute in range(31 * 24 * 60))
    assert [f"{minute:%d %H:%M}" for minute in month if is_due(expression, minute, begin)] == minutes
