"""State machines in JSONata: expressions, variables, choices, error handling."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws
from tests.localaws.test_stepfunctions import wait_for_execution

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def role(aws: Aws) -> str:
    """A state machine role with permission to read build projects only."""
    states = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    look = {"Effect": "Allow", "Action": "codebuild:BatchGetProjects", "Resource": "*"}
    trust, policy = (json.dumps({"Version": "2012-10-17", "Statement": [statement]}) for statement in (states, look))
    iam_role = aws("iam").create_role(RoleName="jsonata-tests", AssumeRolePolicyDocument=trust)["Role"]
    aws("iam").put_role_policy(RoleName="jsonata-tests", PolicyName="look", PolicyDocument=policy)
    aws("codebuild").create_project(
        name="jsonata-builds", serviceRole=iam_role["Arn"], source={"type": "NO_SOURCE", "buildspec": "version: 0.2"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                     "computeType": "BUILD_GENERAL1_SMALL"},
    )  # fmt: skip
    return str(iam_role["Arn"])


@pytest.fixture
def query(aws: Aws, role: str) -> Callable[..., dict[str, Any]]:
    """query(states, input) -> the completed execution of a machine in JSONata."""

    def start(states: dict[str, Any], execution_input: dict[str, Any], advance: int = 0) -> dict[str, Any]:
        text = json.dumps({"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states})
        name = f"q{time.time_ns()}"
        machine = aws("stepfunctions").create_state_machine(name=name, definition=text, roleArn=role)["stateMachineArn"]
        response = aws("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(execution_input))
        return wait_for_execution(aws, response["executionArn"], advance)

    return start


def test_expressions_read_the_input_the_context_and_variables(query: Callable[..., dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html"""
    states = {
        "A": {"Type": "Pass", "Assign": {"word": "{% $states.input.word %}", "n": 1}, "Output": {}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}"}, "Output": {"before": "{% $n %}"}, "Next": "C"},
        "C": {
            "Type": "Pass", "End": True,
            "Output": {
                "said": "{% $uppercase($word) %}", "now": "{% $n %}", "before": "{% $states.input.before %}",
                "run": "{% $states.context.Execution.Name %}", "plain": "no {% expression",
                "read": "{% $parse('[1, 2]')[1] %}",
            },
        },
    }  # fmt: skip
    execution = query(states, {"word": "hello"})
    assert json.loads(execution["output"]) == {
        "said": "HELLO", "now": 2, "before": 1, "run": execution["name"], "plain": "no {% expression", "read": 2,
    }  # fmt: skip


def test_a_choice_takes_the_first_condition_that_is_true(query: Callable[..., dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    rules = [{"Condition": f"{{% $states.input.n > {n} %}}", "Next": f"Over{n}"} for n in (10, 5)]
    ends = {name: {"Type": "Pass", "Output": name, "End": True} for name in ("Over10", "Over5", "Else")}
    states = {"A": {"Type": "Choice", "Choices": rules, "Default": "Else"}, **ends}
    assert [json.loads(query(states, {"n": n})["output"]) for n in (11, 7, 1)] == ["Over10", "Over5", "Else"]
    execution = query({"A": {"Type": "Choice", "Choices": [{"Condition": "{% 'yes' %}", "Next": "Else"}]}, **ends}, {})
    assert execution["error"] == "States.QueryEvaluationError"


def test_a_task_keeps_its_result_and_a_catch_the_error(query: Callable[..., dict[str, Any]], aws: Aws) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    task = {
        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:codebuild:batchGetProjects",
        "Arguments": {"Names": ["{% $states.input.name %}"]},
        "Assign": {"found": "{% $count($states.result.Projects) %}"}, "Output": "{% $states.input.name %}",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"found": "{% $states.errorOutput.Error %}"}, "Next": "Z"}],
        "Next": "Z",
    }  # fmt: skip
    end = {"Type": "Pass", "Output": {"went": "{% $states.input %}", "found": "{% $found %}"}, "End": True}
    assert json.loads(query({"A": task, "Z": end}, {"name": "jsonata-builds"})["output"]) == {
        "went": "jsonata-builds", "found": 1,
    }  # fmt: skip
    denied = {**task, "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter", "Arguments": {"Name": "/none"}}
    execution = json.loads(query({"A": denied, "Z": end}, {})["output"])
    assert execution["found"] == execution["went"]["Error"] == "Ssm.AccessDeniedException"


@pytest.mark.parametrize(
    "expression", ["{% $states.input.nothing %}", "{% $eval('1') %}", "{% 1 + %}", "{% 'a' + 1 %}"]
)
def test_an_expression_without_a_value_fails_the_execution(
    query: Callable[..., dict[str, Any]], expression: str
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""
    execution = query({"A": {"Type": "Pass", "Output": expression, "End": True}}, {})
    assert (execution["status"], execution["error"]) == ("FAILED", "States.QueryEvaluationError")


def test_a_wait_and_a_failure_say_what_expressions_give(query: Callable[..., dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"""
    states = {
        "A": {"Type": "Wait", "Seconds": "{% $states.input.minutes * 60 %}", "Assign": {"w": "done"}, "Next": "B"},
        "B": {"Type": "Fail", "Error": "Refused", "Cause": "{% 'it is ' & $w %}"},
    }
    execution = query(states, {"minutes": 1}, advance=20)
    assert (execution["error"], execution["cause"]) == ("Refused", "it is done")
    assert 60 <= (execution["stopDate"] - execution["startDate"]).total_seconds() < 90


def test_an_assignment_that_fails_is_caught_like_the_call(query: Callable[..., dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    task = {
        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:codebuild:batchGetProjects",
        "Arguments": {"Names": ["jsonata-builds"]}, "Assign": {"read": "{% $parse($states.result.Projects[0].Name) %}"},
        "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "no JSON", "Next": "Z"}], "Next": "Z",
    }  # fmt: skip
    assert json.loads(query({"A": task, "Z": {"Type": "Succeed"}}, {})["output"]) == "no JSON"
