"""State machines that really run: what is refused, what is caught and tried again, whose permissions count."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws, refused

pytestmark = pytest.mark.local_only
ACCOUNT = "123456789012"
BUILD = {
    "Type": "Task",
    "Resource": "arn:aws:states:::codebuild:startBuild.sync",
    "Parameters": {
        "ProjectName": "sfn-builds",
        "EnvironmentVariablesOverride": [{"Name": "CODE", "Value.$": "$.code", "Type": "PLAINTEXT"}],
    },
    "ResultSelector": {"status.$": "$.Build.BuildStatus"},
    "ResultPath": "$.build",
}
PASS = {"Type": "Pass", "Parameters": {"said.$": "$.word", "run.$": "$$.Execution.Name"}, "End": True}


def buildspec(*commands: str) -> str:
    return json.dumps({"version": 0.2, "phases": {"build": {"commands": commands}}}, indent=1)


@pytest.fixture(scope="module")
def role(aws: Aws) -> str:
    """A role for builds and state machines with permission to start builds only."""
    trusted = {"Service": ["states.amazonaws.com", "codebuild.amazonaws.com"]}
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusted}],
    }
    allowed = ["codebuild:*", "logs:*", "s3:GetObject"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}
    iam_role = aws("iam").create_role(RoleName="sfn-tests", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    aws("iam").put_role_policy(RoleName="sfn-tests", PolicyName="builds", PolicyDocument=json.dumps(policy))
    spec = buildspec("echo code $CODE", "exit $CODE")
    aws("codebuild").create_project(
        name="sfn-builds", serviceRole=iam_role["Arn"], source={"type": "NO_SOURCE", "buildspec": spec},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                     "computeType": "BUILD_GENERAL1_SMALL"},
    )  # fmt: skip
    aws("logs").create_log_group(logGroupName="/aws/codebuild/sfn-builds")
    return str(iam_role["Arn"])


@pytest.fixture
def run(aws: Aws, role: str, request: pytest.FixtureRequest) -> Callable[..., dict[str, Any]]:
    """run(states, input) -> the completed execution of a machine that begins with the first state."""

    def start(states: dict[str, Any], execution_input: dict[str, Any], advance: int = 0) -> dict[str, Any]:
        text = json.dumps({"StartAt": next(iter(states)), "States": states})
        name = f"m{time.time_ns()}"
        machine = aws("stepfunctions").create_state_machine(name=name, definition=text, roleArn=role)["stateMachineArn"]
        response = aws("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(execution_input))
        return wait_for_execution(aws, response["executionArn"], advance)

    return start


def wait_for_execution(aws: Aws, execution: str, advance: int = 0) -> dict[str, Any]:
    """The execution at its end; the clock advances by these seconds each time that it still runs."""
    for _ in range(200):
        description: dict[str, Any] = aws("stepfunctions").describe_execution(executionArn=execution)
        if description["status"] != "RUNNING":
            return description
        time.sleep(0.05)
        if advance:
            aws.advance(advance)
    raise AssertionError("it does not end")


@pytest.mark.parametrize(
    ("definition", "message_part"),
    [
        ("no json", "INVALID_JSON_DESCRIPTION"),
        ({"StartAt": "B", "States": {"A": PASS}}, "MISSING_TRANSITION_TARGET: StartAt"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}, "MISSING_TRANSITION_TARGET: B at /States/A"),
        ({"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": True}}}, "a state of type Parallel at /States/A"),
        ({"StartAt": "A", "States": {"A": {**PASS, "InputPath": "$"}}}, "['InputPath'] at /States/A is not held"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass"}}}, "neither or both of Next and End"),
        ({"StartAt": "A", "States": {"A": {**BUILD, "Resource": "arn:x", "End": True}}}, "arn:x is not recognized"),
        ({"StartAt": "A", "States": {"A": {"Type": "Map", "End": True}}}, "only a DISTRIBUTED map"),
        ({"StartAt": "A", "QueryLanguage": "SQL", "States": {"A": PASS}}, "the query language SQL is not held"),
        ({"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": PASS}}, "['Parameters'] at /States/A"),
    ],
)  # fmt: skip
def test_an_unsupported_definition_is_refused_with_the_path_of_the_error(
    aws: Aws, role: str, definition: Any, message_part: str
) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    answer = aws("stepfunctions").validate_state_machine_definition(definition=text)
    assert answer["result"] == "FAIL"
    texts = [f"{item['code']}: {item['message']} at {item.get('location')}" for item in answer["diagnostics"]]
    assert any(message_part in text for text in texts), texts
    code, status, message = refused(
        aws("stepfunctions").create_state_machine, name="bad", definition=text, roleArn=role
    )
    assert (code, status) == ("InvalidDefinition", 400)
    assert message_part in message


def test_templates_read_the_input_and_the_context_object(run: Callable[..., dict[str, Any]]) -> None:
    execution = run({"A": PASS}, {"word": "hello"})
    assert json.loads(execution["output"]) == {"said": "hello", "run": execution["name"]}


def test_a_path_without_a_match_fails_the_execution(run: Callable[..., dict[str, Any]]) -> None:
    execution = run({"A": PASS}, {})
    assert (execution["status"], execution["error"]) == ("FAILED", "States.Runtime")
    assert "$.word" in execution["cause"]


def test_a_build_that_succeeds_gives_its_result_and_leaves_its_log(
    run: Callable[..., dict[str, Any]], aws: Aws
) -> None:
    execution = run({"A": {**BUILD, "End": True}}, {"code": "0"})
    assert json.loads(execution["output"]) == {"code": "0", "build": {"status": "SUCCEEDED"}}
    events = aws("logs").filter_log_events(logGroupName="/aws/codebuild/sfn-builds")["events"]
    assert "code 0" in [event["message"] for event in events]


def test_a_build_that_fails_is_caught_with_its_cause(run: Callable[..., dict[str, Any]]) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.failure", "Next": "B"}]
    rule = {"Variable": "$.failure.Error", "StringEquals": "States.TaskFailed", "Next": "C"}
    states = {
        "A": {**BUILD, "Catch": catch, "End": True},
        "B": {"Type": "Choice", "Choices": [rule]},
        "C": {"Type": "Pass", "End": True},
    }
    execution = run(states, {"code": "3"})
    assert execution["status"] == "SUCCEEDED"
    build = json.loads(json.loads(execution["output"])["failure"]["Cause"])
    assert [item["PhaseStatus"] for item in build["Phases"] if item["PhaseType"] == "BUILD"] == ["FAILED"]
    assert "exit status 3" in str(build["Phases"])


def test_a_build_over_the_concurrency_limit_is_retried(run: Callable[..., dict[str, Any]], aws: Aws) -> None:
    aws("codebuild").update_project(name="sfn-builds", concurrentBuildLimit=1)
    try:
        aws("codebuild").start_build(projectName="sfn-builds", buildspecOverride=buildspec("sleep 0.8"))
        impatient = run({"A": {**BUILD, "End": True}}, {"code": "0"})
        retry = [{"ErrorEquals": ["CodeBuild.AccountLimitExceededException"], "IntervalSeconds": 5, "MaxAttempts": 99}]
        patient = run({"A": {**BUILD, "Retry": retry, "End": True}}, {"code": "0"}, advance=5)
    finally:
        aws("codebuild").update_project(name="sfn-builds", concurrentBuildLimit=-1)
    assert (impatient["status"], impatient["error"]) == ("FAILED", "CodeBuild.AccountLimitExceededException")
    assert patient["status"] == "SUCCEEDED"


def test_a_state_machine_has_only_the_permissions_of_its_role(run: Callable[..., dict[str, Any]]) -> None:
    put = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:cloudwatch:putMetricData", "End": True}
    execution = run({"A": {**put, "Parameters": {"Namespace": "n", "MetricData": []}}}, {})
    assert execution["status"] == "FAILED"
    assert "cloudwatch:PutMetricData" in execution["cause"]


def test_a_map_starts_its_children_with_the_permission_of_the_role(run: Callable[..., dict[str, Any]]) -> None:
    processor = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"}}
    state = {
        "Type": "Map",
        "ItemReader": {**reader, "Parameters": {"Bucket": "any", "Key": "any"}},
        "ItemProcessor": {"ProcessorConfig": processor, "StartAt": "B", "States": {"B": PASS}},
        "End": True,
    }
    execution = run({"A": state}, {})
    assert (execution["status"], execution["error"]) == ("FAILED", "States.Permissions")
    assert "states:StartExecution" in execution["cause"]


def test_a_redrive_continues_at_the_failed_state(run: Callable[..., dict[str, Any]], aws: Aws) -> None:
    execution = run({"A": {**BUILD, "End": True}}, {"code": "0"})
    code, _, _ = refused(aws("stepfunctions").redrive_execution, executionArn=execution["executionArn"])
    assert code == "ExecutionNotRedrivable"
    count = {"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "C"}
    states = {"A": PASS | {"Next": "B"}, "B": {"Type": "Choice", "Choices": [count]}, "C": {"Type": "Succeed"}}
    del states["A"]["End"]
    failed = run(states, {"word": "once"})
    assert failed["error"] == "States.NoChoiceMatched"
    aws("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    assert wait_for_execution(aws, failed["executionArn"])["status"] == "SUCCEEDED"


def test_the_history_has_an_event_for_each_change(run: Callable[..., dict[str, Any]], aws: Aws) -> None:
    """LocalStack's recording of an AWS SDK task: tests/aws/services/stepfunctions/v2/services, test_list_secrets."""
    resource = "arn:aws:states:::aws-sdk:codebuild:batchGetProjects"
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "End"}]
    task = {"Type": "Task", "Resource": resource, "Parameters": {"Names.$": "$.names"}, "Retry": retry, "Catch": catch}
    arn = run({"Read": {**task, "Next": "End"}, "End": {"Type": "Succeed"}}, {"names": ["sfn-builds"]})["executionArn"]
    events = aws("stepfunctions").get_execution_history(executionArn=arn)["events"]
    assert [(event["id"], event["previousEventId"], event["type"]) for event in events] == [
        (1, 0, "ExecutionStarted"), (2, 0, "TaskStateEntered"), (3, 2, "TaskScheduled"), (4, 3, "TaskStarted"),
        (5, 4, "TaskSucceeded"), (6, 5, "TaskStateExited"), (7, 6, "SucceedStateEntered"),
        (8, 7, "SucceedStateExited"), (9, 8, "ExecutionSucceeded"),
    ]  # fmt: skip
    assert events[1]["stateEnteredEventDetails"] == {
        "name": "Read", "input": '{"names":["sfn-builds"]}', "inputDetails": {"truncated": False},
    }  # fmt: skip
    names = {"resourceType": "aws-sdk:codebuild", "resource": "batchGetProjects"}
    assert events[2]["taskScheduledEventDetails"] == {
        **names,
        "region": REGION,
        "parameters": '{"Names":["sfn-builds"]}',
    }
    assert json.loads(events[4]["taskSucceededEventDetails"]["output"])["Projects"][0]["Name"] == "sfn-builds"

    resource = "arn:aws:states:::aws-sdk:ssm:getParameter"
    read = {**task, "Resource": resource, "Parameters": {"Name": "/a"}, "Next": "End"}
    denied = run({"Put": read, "End": {"Type": "Fail", "Error": "E"}}, {}, advance=1)
    history = aws("stepfunctions").get_execution_history(
        executionArn=denied["executionArn"], reverseOrder=True, includeExecutionData=False, maxResults=4
    )
    types = [event["type"] for event in history["events"]]
    assert types == ["ExecutionFailed", "FailStateEntered", "TaskStateExited", "TaskFailed"]
    failed = history["events"][3]["taskFailedEventDetails"]
    assert (failed["error"], "ssm:GetParameter" in failed["cause"]) == ("Ssm.AccessDeniedException", True)
    assert history["events"][2]["stateExitedEventDetails"] == {"name": "Put", "outputDetails": {"truncated": False}}
    assert history["events"][0]["executionFailedEventDetails"] == {"error": "E"}
    rest = aws("stepfunctions").get_execution_history(
        executionArn=denied["executionArn"], reverseOrder=True, nextToken=history["nextToken"]
    )["events"]
    assert [event["type"] for event in rest].count("TaskFailed") == 1


def test_a_stopped_execution_stops_its_build(aws: Aws, role: str) -> None:
    arguments = {"ProjectName": "sfn-builds", "BuildspecOverride": buildspec("sleep 60")}
    state = {**BUILD, "Parameters": arguments, "End": True}
    text = json.dumps({"StartAt": "A", "States": {"A": state}})
    machine = aws("stepfunctions").create_state_machine(name="stopped", definition=text, roleArn=role)[
        "stateMachineArn"
    ]
    arn = aws("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"]
    while not any(item["buildStatus"] == "IN_PROGRESS" for item in builds(aws)):
        time.sleep(0.05)
    aws("stepfunctions").stop_execution(executionArn=arn)
    assert wait_for_execution(aws, arn)["status"] == "ABORTED"
    assert builds(aws)[0]["buildStatus"] == "STOPPED"


def builds(aws: Aws) -> list[dict[str, Any]]:
    """Return the builds, newest first."""
    ids = aws("codebuild").list_builds_for_project(projectName="sfn-builds")["ids"]
    build: list[dict[str, Any]] = aws("codebuild").batch_get_builds(ids=ids)["builds"]
    return build


def test_a_source_that_nobody_can_fetch_here_fails_the_build_with_the_reason(aws: Aws, role: str) -> None:
    override = {"sourceTypeOverride": "GITHUB", "sourceLocationOverride": "https://example.com/a.git"}
    id = aws("codebuild").start_build(projectName="sfn-builds", **override)["build"]["id"]
    while not (build := aws("codebuild").batch_get_builds(ids=[id])["builds"][0])["buildComplete"]:
        time.sleep(0.05)
    phase = build["phases"][-1]
    assert (build["buildStatus"], phase["phaseType"]) == ("FAILED", "DOWNLOAD_SOURCE")
    assert "GITHUB" in phase["contexts"][0]["message"]
