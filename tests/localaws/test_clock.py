"""The clock of the embedded AWS: what is due when time passes, and what then has expired."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scripts.localaws.services.cloudwatch.alarms import state_of
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


def test_an_alarm_is_evaluated_each_minute_and_tells_topic_and_event_bus(aws: Aws, queue: tuple[str, str]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"""
    dimensions = [{"Name": "Endpoint", "Value": "e"}, {"Name": "Variant", "Value": "v"}]
    watch, metric = aws("cloudwatch"), {"MetricName": "Errors", "Dimensions": dimensions}
    topic = aws("sns").create_topic(Name="alarms")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1], Attributes={"RawMessageDelivery": "true"})
    aws("events").put_rule(Name="alarms", EventPattern='{"source": ["aws.cloudwatch"]}')
    aws("events").put_targets(Rule="alarms", Targets=[{"Id": "queue", "Arn": queue[1]}])
    watch.put_metric_alarm(
        AlarmName="errors", Namespace="own", **metric, Statistic="Average", Period=60, EvaluationPeriods=3,
        Threshold=0.5, DatapointsToAlarm=2, ComparisonOperator="GreaterThanThreshold", TreatMissingData="notBreaching",
        AlarmActions=[topic],
    )  # fmt: skip

    def becomes(state: str, seconds: int = 60) -> None:
        aws.advance(seconds)
        until(lambda: watch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["StateValue"] == state)

    becomes("OK")
    now = aws.advance(0)
    for minutes, value in ((0, 1), (1, 1), (1, 0.8), (2, 0)):
        datum = {**metric, "Timestamp": now - timedelta(minutes=minutes), "Value": value}
        watch.put_metric_data(Namespace="own", MetricData=[datum])
    becomes("ALARM")
    messages: list[dict[str, Any]] = []
    until(lambda: messages.extend(received(aws, queue[0])) or len(messages) == 3)
    [notification] = [message for message in messages if "AlarmArn" in message]
    assert (notification["OldStateValue"], notification["NewStateValue"]) == ("OK", "ALARM")
    changes = {message["detail"]["state"]["value"]: message for message in messages if "detail" in message}
    assert changes["ALARM"]["resources"] == [notification["AlarmArn"]]
    assert changes["OK"]["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    becomes("OK", 600)
    watch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="lasts until the next evaluation")
    becomes("OK")
    aws("events").disable_rule(Name="alarms")


def test_an_alarm_on_an_expression_has_insufficient_data(aws: Aws) -> None:
    watch, query = aws("cloudwatch"), {"Id": "share", "Expression": "1 / 2", "ReturnData": True}
    operator = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0, "EvaluationPeriods": 1}
    watch.put_metric_alarm(AlarmName="expression", Metrics=[query], **operator)
    aws.advance(120)
    [alarm] = watch.describe_alarms(AlarmNames=["expression"])["MetricAlarms"]
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("datapoints_to_alarm", "data", "states"),
    [
        (3, "0-X-X", "OK OK OK OK"),
        (3, "-----", "INSUFFICIENT_DATA - ALARM OK"),
        (3, "0XX-X", "ALARM ALARM ALARM ALARM"),
        (3, "----0", "OK OK OK OK"),
        (3, "----X", "INSUFFICIENT_DATA - ALARM OK"),
        (3, "X----", "ALARM - ALARM OK"),
        (2, "0-X-X", "ALARM ALARM ALARM ALARM"),
        (2, "00X0X", "ALARM ALARM ALARM ALARM"),
        (2, "0-X--", "OK OK ALARM OK"),
        (2, "----0", "OK OK ALARM OK"),
        (2, "----X", "INSUFFICIENT_DATA - ALARM OK"),
    ],
)
def test_missing_data_counts_as_the_user_guide_says(datapoints_to_alarm: int, data: str, states: str) -> None:
    """Alarms with 3 evaluation periods; data is oldest first: X breaches, 0 does not, - is missing.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    breaches = [{"X": True, "0": False}.get(each) for each in reversed(data)]
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    assert [state_of(breaches, 3, datapoints_to_alarm, each) or "-" for each in treatments] == states.split()


def test_a_new_account_takes_the_minutes_that_the_clock_is_set_to(aws: Aws) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccountStatus.html"""
    organizations = aws("organizations")
    organizations.create_organization(FeatureSet="ALL")
    urllib.request.urlopen(f"{aws.endpoint}/localaws/clock/CreateAccount?300").close()
    status = organizations.create_account(AccountName="slow", Email="slow@bank.example")["CreateAccountStatus"]
    assert status["State"] == "IN_PROGRESS"
    assert "AccountId" not in status
    again = organizations.create_account(AccountName="slow", Email="slow@bank.example")["CreateAccountStatus"]
    assert again["State"] == "FAILED"
    assert len(organizations.list_accounts()["Accounts"]) == 1
    assert _requests(organizations, "IN_PROGRESS") == [status["Id"]]
    assert _requests(organizations, "FAILED") == [again["Id"]]
    aws.advance(290)
    read = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
    assert read["State"] == "IN_PROGRESS"
    aws.advance(11)
    until(lambda: not _requests(organizations, "IN_PROGRESS"))
    read = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
    assert (read["State"], read["Id"]) == ("SUCCEEDED", status["Id"])
    assert read["AccountId"] in [account["Id"] for account in organizations.list_accounts()["Accounts"]]


def _requests(organizations: Any, state: str) -> list[str]:
    statuses = organizations.list_create_account_status(States=[state])["CreateAccountStatuses"]
    return [str(status["Id"]) for status in statuses]
