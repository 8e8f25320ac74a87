"""Requests of services on behalf of a role are authorized; each service reports a denial in its own way."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws
from tests.localaws.test_sts import make_role, trust

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def spoke(member: Callable[[str], str]) -> str:
    return member("on-behalf")


def role(aws: Aws, account: str, name: str, service: str, *actions: str) -> str:
    return make_role(aws("iam", account), name, trust(Service=f"{service}.amazonaws.com"), *actions)


def until(condition: Callable[[], Any]) -> Any:
    """The first result that is not empty."""
    for _ in range(400):
        if result := condition():
            return result
        time.sleep(0.05)
    raise AssertionError("it does not happen")


def _denied(text: str, account: str, name: str, action: str) -> bool:
    return f"assumed-role/{name}/" in text and f"is not authorized to perform: {action} on resource: arn:aws:" in text


def test_a_stack_of_a_launch_role_rolls_back_with_the_refusal(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html"""
    arn = role(aws, spoke, "launch-lab", "cloudformation", "ssm:GetParameters")
    resource = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/lab", "Value": "1", "Type": "String"}}
    stacks, body = aws("cloudformation", spoke), json.dumps({"Resources": {"P": resource}})
    stacks.create_stack(StackName="lab", TemplateBody=body, RoleARN=arn)

    def rolled_back() -> bool:
        return bool(stacks.describe_stacks(StackName="lab")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE")

    until(rolled_back)
    events = stacks.describe_stack_events(StackName="lab")["StackEvents"]
    failed = [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert any(_denied(reason, spoke, "launch-lab", "ssm:PutParameter") for reason in failed), failed


def _project(aws: Aws, account: str, name: str, service_role: str, command: str) -> None:
    spec = json.dumps({"version": 0.2, "phases": {"build": {"commands": [command]}}}, indent=1)
    aws("codebuild", account).create_project(
        name=name, serviceRole=service_role, source={"type": "NO_SOURCE", "buildspec": spec},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                     "computeType": "BUILD_GENERAL1_SMALL"},
    )  # fmt: skip


_ASK = "import boto3; boto3.client('ssm').put_parameter(Name='/build', Value='1', Type='String')"
_ASK_CLI = "aws ssm put-parameter --name /build --value 1 --type String"


def test_a_build_fails_in_its_phase_with_the_refusal(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html"""
    _project(aws, spoke, "asks", role(aws, spoke, "builds", "codebuild"), _ASK_CLI)
    builds = aws("codebuild", spoke)
    id = builds.start_build(projectName="asks")["build"]["id"]

    def ended() -> Any:
        build = builds.batch_get_builds(ids=[id])["builds"][0]
        return build if build["buildComplete"] else None

    build = until(ended)
    assert build["buildStatus"] == "FAILED"
    phase = next(each for each in build["phases"] if each["phaseType"] == "BUILD")
    assert phase["phaseStatus"] == "FAILED"
    assert "on resource: arn:aws:ssm:" in phase["contexts"][0]["message"]
    assert aws("ssm", spoke).describe_parameters(Filters=[{"Key": "Name", "Values": ["/build"]}])["Parameters"] == []


def test_a_machine_fails_with_the_name_of_the_services_error(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    arn = role(aws, spoke, "runs-machine", "states")
    asks = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
        "Parameters": {"Name": "/machine", "Value": "1", "Type": "String"},
        "End": True,
    }
    machines = aws("stepfunctions", spoke)
    definition = json.dumps({"StartAt": "A", "States": {"A": asks}})
    machine = machines.create_state_machine(name="asks", definition=definition, roleArn=arn)["stateMachineArn"]
    run = machines.start_execution(stateMachineArn=machine, input="{}")["executionArn"]

    def ended() -> Any:
        execution = machines.describe_execution(executionArn=run)
        return execution if execution["status"] != "RUNNING" else None

    execution = until(ended)
    assert (execution["status"], execution["error"]) == ("FAILED", "Ssm.AccessDeniedException")
    assert _denied(execution["cause"], spoke, "runs-machine", "ssm:PutParameter")


def test_a_function_ends_with_the_error_of_the_refused_call(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""
    arn, archive = role(aws, spoke, "runs-function", "lambda"), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", f"def handler(event, context):\n    {_ASK}")
    functions = aws("lambda", spoke)
    functions.create_function(
        FunctionName="asks", Role=arn, Handler="index.handler", Runtime="python3.13", Timeout=20,
        Code={"ZipFile": archive.getvalue()},
    )  # fmt: skip
    answer = functions.invoke(FunctionName="asks", Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    assert (answer["FunctionError"], payload["errorType"]) == ("Unhandled", "AccessDeniedException")
    assert _denied(payload["errorMessage"], spoke, "runs-function", "ssm:PutParameter")


def test_an_event_rule_starts_nothing_that_its_role_may_not_start(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html"""
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    machines, events = aws("stepfunctions", spoke), aws("events", spoke)
    runs = role(aws, spoke, "runs-nothing", "states")
    starters = {name: role(aws, spoke, f"starts-{name}", "events") for name in ("not", "so")}
    make = {"definition": definition, "roleArn": runs}
    arns = {name: machines.create_state_machine(name=name, **make)["stateMachineArn"] for name in starters}
    document = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": arns["so"]}
    text = json.dumps({"Version": "2012-10-17", "Statement": [document]})
    for name in starters:
        aws("iam", spoke).put_role_policy(RoleName=f"starts-{name}", PolicyName="p", PolicyDocument=text)
        events.put_rule(Name=name, EventPattern=json.dumps({"source": ["lab"]}))
        target = {"Id": name, "Arn": arns[name], "RoleArn": starters[name]}
        events.put_targets(Rule=name, Targets=[target])
    events.put_events(Entries=[{"Source": "lab", "DetailType": "x", "Detail": "{}"}])
    until(lambda: machines.list_executions(stateMachineArn=arns["so"])["executions"])
    assert machines.list_executions(stateMachineArn=arns["not"])["executions"] == []


def test_rolling_a_stage_back_is_refused(aws: Aws, spoke: str) -> None:
    """https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RollbackStage.html"""
    pipelines = aws("codepipeline", spoke)
    with pytest.raises(pipelines.exceptions.ClientError, match="does not hold codepipeline:RollbackStage"):
        pipelines.rollback_stage(pipelineName="any", stageName="any", targetPipelineExecutionId="any")
