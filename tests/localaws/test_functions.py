"""Lambda functions that really run. Each case names the page of AWS that it follows."""

import base64
import io
import json
import secrets
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws, refused

pytestmark = pytest.mark.local_only  # on AWS a new role needs seconds until Lambda may take it
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Functions:
    """Makes functions in an account of its own."""

    def __init__(self, aws: Aws, account: str) -> None:
        self.functions, self.iam, self.logs = (aws(name, account) for name in ("lambda", "iam", "logs"))

    def role(self, *actions: str, trust: dict[str, Any] = LAMBDA) -> str:
        name = f"function-{secrets.token_hex(4)}"
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
        if actions:
            allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            text = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=text)
        return str(role["Arn"])

    def make(self, code: str, role: str, **more: Any) -> str:
        archive, name = io.BytesIO(), f"function-{secrets.token_hex(4)}"
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.py", code)
        self.functions.create_function(
            FunctionName=name, Role=role, Handler="index.handler",
            Code={"ZipFile": archive.getvalue()}, **{"Runtime": "python3.13", "Timeout": 20, **more},
        )  # fmt: skip
        return name

    def call(self, name: str, event: Any, **more: Any) -> dict[str, Any]:
        answer = self.functions.invoke(FunctionName=name, Payload=json.dumps(event), **more)
        return {**answer, "Payload": json.loads(answer["Payload"].read() or "null")}


@pytest.fixture(scope="module")
def functions(aws: Aws, member: Callable[[str], str]) -> Functions:
    return Functions(aws, member("functions-spoke"))


def test_function_answers_its_event(functions: Functions) -> None:
    """API_Invoke."""
    name = functions.make("def handler(event, context): return {'twice': event['n'] * 2}", functions.role())
    answer = functions.call(name, {"n": 21})
    assert (answer["StatusCode"], answer["Payload"]) == (200, {"twice": 42})


def test_error_of_a_function_is_its_answer(functions: Functions) -> None:
    """python-exceptions."""
    name = functions.make("def handler(event, context): raise ValueError('no')", functions.role())
    answer = functions.call(name, {})
    assert answer["FunctionError"] == "Unhandled"
    assert (answer["Payload"]["errorType"], answer["Payload"]["errorMessage"]) == ("ValueError", "no")


def test_function_that_is_too_slow_is_ended(functions: Functions) -> None:
    """API_CreateFunction, Timeout."""
    name = functions.make("import time\ndef handler(event, context): time.sleep(30)", functions.role(), Timeout=1)
    assert "timed out after 1.00 seconds" in functions.call(name, {})["Payload"]["errorMessage"]


def test_function_acts_with_its_role_and_no_more(functions: Functions) -> None:
    """lambda-intro-execution-role."""
    code = (
        "import boto3\ndef handler(event, context): return len(boto3.client('logs').describe_log_groups()['logGroups'])"
    )
    may, may_not = (
        functions.make(code, functions.role("logs:DescribeLogGroups")),
        functions.make(code, functions.role()),
    )
    assert isinstance(functions.call(may, {})["Payload"], int)
    assert "AccessDenied" in functions.call(may_not, {})["Payload"]["errorMessage"]


def test_role_that_does_not_trust_lambda_is_not_taken(functions: Functions) -> None:
    """lambda-intro-execution-role."""
    stranger = {**LAMBDA, "Principal": {"Service": "ec2.amazonaws.com"}}
    code, _, message = refused(lambda: functions.make("", functions.role(trust=stranger)))
    text = "The role defined for the function cannot be assumed by Lambda."
    assert (code, message) == ("InvalidParameterValueException", text)
    role = functions.role()
    name = functions.make("def handler(event, context): return 1", role)
    document = json.dumps({"Version": "2012-10-17", "Statement": [stranger]})
    functions.iam.update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=document)
    assert "AccessDenied" in refused(functions.functions.invoke, FunctionName=name)[0]


def test_event_is_run_in_the_background_and_leaves_its_log(functions: Functions) -> None:
    """invocation-async, python-logging."""
    group = f"group-{secrets.token_hex(4)}"
    functions.logs.create_log_group(logGroupName=group)
    role = functions.role("logs:CreateLogStream", "logs:PutLogEvents")
    name = functions.make("def handler(event, context): print('hello', event)", role, LoggingConfig={"LogGroup": group})
    assert functions.call(name, "you", InvocationType="Event")["StatusCode"] == 202
    deadline = time.monotonic() + 20
    while not (events := functions.logs.filter_log_events(logGroupName=group)["events"]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    start, output, end, report = (event["message"].split()[:2] for event in events)
    assert (start[0], output, end[0], report[0]) == ("START", ["hello", "you"], "END", "REPORT")


def test_log_of_an_invocation_can_be_asked_for(functions: Functions) -> None:
    """API_Invoke, LogType."""
    name = functions.make("def handler(event, context): print('said')", functions.role())
    answer = functions.functions.invoke(FunctionName=name, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert [line.split()[0] for line in lines] == ["START", "said", "END", "REPORT"]
    assert "LogResult" not in functions.functions.invoke(FunctionName=name)


def test_other_runtimes_are_refused(functions: Functions) -> None:
    """SUPPORTED.md."""
    name = functions.make("", functions.role(), Runtime="nodejs22.x")
    code, status, message = refused(functions.functions.invoke, FunctionName=name)
    assert (code, status < 500) == ("InvalidRuntimeException", True), message
