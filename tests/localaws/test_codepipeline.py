"""CodePipeline executions: from a push over builds and an approval, as a role that has what AWS asks."""

import contextlib
import json
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.localaws.conftest import REGION, Aws, refused
from tests.localaws.pipelines import ACCOUNT, SPEC, Pipeline, action, policy, trust, until

pytestmark = pytest.mark.local_only


@pytest.fixture
def pipeline(aws: Aws) -> Iterator[Pipeline]:
    name = f"release-{uuid.uuid4().hex[:8]}"
    iam, bucket = aws("iam"), f"arn:aws:s3:::{name}"
    actions = ["codecommit:*", "codebuild:*", "sns:Publish", "logs:*", "kms:*"]
    allowed = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{bucket}/*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": bucket},
        {"Effect": "Allow", "Action": actions, "Resource": "*"},
    ]
    roles = {}
    for service in ("codepipeline", "codebuild"):
        role = iam.create_role(RoleName=f"{name}-{service}", AssumeRolePolicyDocument=trust(service))["Role"]
        iam.put_role_policy(RoleName=role["RoleName"], PolicyName="all", PolicyDocument=policy(*allowed))
        roles[service] = role["Arn"]
    aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    aws("codecommit").create_repository(repositoryName=name)
    aws("logs").create_log_group(logGroupName=f"/aws/codebuild/{name}")
    aws("codebuild").create_project(
        name=name, serviceRole=roles["codebuild"], source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"},
        environment={"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL",
                     "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0"},
    )  # fmt: skip
    yield Pipeline(aws, name, roles["codepipeline"])
    with contextlib.suppress(aws("codepipeline").exceptions.PipelineNotFoundException):
        for execution in aws("codepipeline").list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]:
            if execution["status"] == "InProgress":
                aws("codepipeline").stop_pipeline_execution(
                    pipelineName=name, pipelineExecutionId=execution["pipelineExecutionId"], abandon=True
                )


def test_a_push_ends_after_an_approval_with_artifacts_variables_and_events(aws: Aws, pipeline: Pipeline) -> None:
    """concepts-how-it-works, reference-variables, approvals, detect-state-changes-cloudwatch-events."""
    client, sqs, name = aws("codepipeline"), aws("sqs"), pipeline.name
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = aws("sns").create_topic(Name=name)["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    client.create_pipeline(pipeline=pipeline.declaration(pipeline.build(), pipeline.approval(topic)))
    _start_on_push(aws, pipeline)
    aws("events").put_rule(Name=f"{name}-state", EventPattern=json.dumps({"source": ["aws.codepipeline"],
                           "detail": {"pipeline": [name], "state": ["STARTED", "SUCCEEDED"]}}))  # fmt: skip
    aws("events").put_targets(Rule=f"{name}-state", Targets=[{"Id": "queue", "Arn": queue_arn}])
    commit = pipeline.commit("good")
    execution = until(lambda: pipeline.execution(commit))
    token = until(lambda: pipeline.stage("Approve")["actionStates"][0].get("latestExecution", {}).get("token"))
    assert execution["trigger"]["triggerType"] == "StartPipelineExecution"
    wrong = {"pipelineName": name, "stageName": "Approve", "actionName": "Approve", "token": str(uuid.uuid4()),
             "result": {"summary": "fine", "status": "Approved"}}  # fmt: skip
    assert refused(client.put_approval_result, **wrong)[0] == "InvalidApprovalTokenException"
    client.put_approval_result(**{**wrong, "token": token})
    assert pipeline.ended(execution["pipelineExecutionId"]) == "Succeeded"
    assert refused(client.put_approval_result, **{**wrong, "token": token})[0] == ("ApprovalAlreadyCompletedException")
    bodies = _bodies(sqs, queue)
    question = next(json.loads(body["Message"]) for body in bodies if "Message" in body)
    assert question["approval"]["customData"] == "Release hello main?"
    events = [(body["detail"].get("action", body["detail"].get("stage", "")), body["detail"]["state"])
              for body in bodies if "detail" in body]  # fmt: skip
    assert events == [
        ("", "STARTED"), ("Source", "STARTED"), ("Code", "STARTED"), ("Code", "SUCCEEDED"), ("Source", "SUCCEEDED"),
        ("Build", "STARTED"), ("Build", "STARTED"), ("Build", "SUCCEEDED"), ("Build", "SUCCEEDED"),
        ("Approve", "STARTED"), ("Approve", "STARTED"), ("Approve", "SUCCEEDED"), ("Approve", "SUCCEEDED"),
        ("", "SUCCEEDED"),
    ]  # fmt: skip
    filter_ = {"pipelineExecutionId": execution["pipelineExecutionId"]}
    details = client.list_action_executions(pipelineName=name, filter=filter_)["actionExecutionDetails"]
    built = next(each for each in details if each["actionName"] == "Build")
    assert built["output"]["outputVariables"] == {"GREETING": "hello main"}
    place = built["output"]["outputArtifacts"][0]["s3location"]
    assert aws("s3").head_object(Bucket=place["bucket"], Key=place["key"])["ServerSideEncryption"] == "aws:kms"


def _start_on_push(aws: Aws, pipeline: Pipeline) -> None:
    """A rule that starts the pipeline when the branch moves."""
    name = pipeline.name
    arn = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{name}"
    role = aws("iam").create_role(RoleName=f"{name}-events", AssumeRolePolicyDocument=trust("events"))["Role"]
    start = {"Effect": "Allow", "Action": "codepipeline:StartPipelineExecution", "Resource": arn}
    aws("iam").put_role_policy(RoleName=f"{name}-events", PolicyName="start", PolicyDocument=policy(start))
    pattern = {"source": ["aws.codecommit"], "detail": {"repositoryName": [name], "referenceName": ["main"]}}
    aws("events").put_rule(Name=name, EventPattern=json.dumps(pattern))
    aws("events").put_targets(Rule=name, Targets=[{"Id": "pipeline", "Arn": arn, "RoleArn": role["Arn"]}])


def _bodies(sqs: Any, queue: str) -> list[dict[str, Any]]:
    bodies = []
    while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def test_a_failed_build_stops_the_execution_and_its_stage_is_retried(aws: Aws, pipeline: Pipeline) -> None:
    """actions-retry; API_GetPipelineState errorDetails."""
    client = aws("codepipeline")
    pipeline.commit("bad")
    client.create_pipeline(pipeline=pipeline.declaration(pipeline.build()))
    id = client.list_pipeline_executions(pipelineName=pipeline.name)["pipelineExecutionSummaries"][0]
    assert id["trigger"]["triggerType"] == "CreatePipeline"
    assert pipeline.ended(id["pipelineExecutionId"]) == "Failed"
    error = pipeline.stage("Build")["actionStates"][0]["latestExecution"]["errorDetails"]
    assert error["code"] == "JobFailed"
    assert "Phase: BUILD, Code: COMMAND_EXECUTION_ERROR" in error["message"]
    arguments = {"pipelineName": pipeline.name, "pipelineExecutionId": id["pipelineExecutionId"],
                 "retryMode": "FAILED_ACTIONS"}  # fmt: skip
    assert refused(client.retry_stage_execution, stageName="Source", **arguments)[0] == "StageNotRetryableException"
    aws("codebuild").update_project(name=pipeline.name, source={"type": "CODEPIPELINE", "buildspec": SPEC.replace(
        "grep -q good message.txt", "echo repaired").replace("\\n", "\n")})  # fmt: skip
    client.retry_stage_execution(stageName="Build", **arguments)
    assert pipeline.ended(id["pipelineExecutionId"]) == "Succeeded"
    newer = pipeline.start()
    assert pipeline.ended(newer) == "Succeeded"
    assert refused(client.retry_stage_execution, stageName="Build", **arguments)[0] == (
        "NotLatestPipelineExecutionException"
    )


@pytest.mark.slow
def test_a_repository_without_a_buildspec_fails_the_build_and_no_later_stage_runs(aws: Aws, pipeline: Pipeline) -> None:
    """https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html, YAML_FILE_ERROR"""
    aws("codecommit").create_commit(repositoryName=pipeline.name, branchName="main",
                                    putFiles=[{"filePath": "message.txt", "fileContent": b"good"}])  # fmt: skip
    topic = aws("sns").create_topic(Name=pipeline.name)["TopicArn"]
    declaration = pipeline.declaration(pipeline.build(), pipeline.approval(topic))
    aws("codepipeline").create_pipeline(pipeline=declaration)
    executions = aws("codepipeline").list_pipeline_executions(pipelineName=pipeline.name)
    id = executions["pipelineExecutionSummaries"][0]["pipelineExecutionId"]
    assert pipeline.ended(id) == "Failed"
    error = pipeline.stage("Build")["actionStates"][0]["latestExecution"]["errorDetails"]
    assert "Phase: DOWNLOAD_SOURCE, Code: YAML_FILE_ERROR" in error["message"]
    assert "latestExecution" not in pipeline.stage("Approve")
    events = aws("logs").filter_log_events(logGroupName=f"/aws/codebuild/{pipeline.name}")["events"]
    assert "Phase context status code: YAML_FILE_ERROR" in events[-1]["message"]


def test_executions_queue_in_front_of_a_stage_and_a_waiting_one_can_be_stopped(aws: Aws, pipeline: Pipeline) -> None:
    """concepts-how-it-works: stages are locked; others wait in order."""
    client = aws("codepipeline")
    approve = {"name": "Approve", "actions": [action("Approve", "Manual", {})]}
    pipeline.commit("good")
    client.create_pipeline(pipeline=pipeline.declaration(approve))
    first = client.list_pipeline_executions(pipelineName=pipeline.name)["pipelineExecutionSummaries"][0]
    until(lambda: pipeline.stage("Approve").get("latestExecution"))
    second, third = pipeline.start(), pipeline.start()
    waiting = until(lambda: len(pipeline.stage("Approve").get("inboundExecutions", ())) == 2
                    and pipeline.stage("Approve")["inboundExecutions"])  # fmt: skip
    assert {each["pipelineExecutionId"] for each in waiting} == {second, third}
    client.stop_pipeline_execution(pipelineName=pipeline.name, pipelineExecutionId=second, reason="not needed")
    assert pipeline.ended(second) == "Stopped"
    client.stop_pipeline_execution(
        pipelineName=pipeline.name, pipelineExecutionId=first["pipelineExecutionId"], abandon=True
    )
    assert pipeline.ended(first["pipelineExecutionId"]) == "Stopped"
    until(lambda: pipeline.stage("Approve")["latestExecution"]["pipelineExecutionId"] == third)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda stages: stages[:1], "InvalidStructureException"),
        (lambda stages: [*stages, stages[1]], "InvalidStageDeclarationException"),
        (lambda stages: [stages[1], stages[0]], "InvalidStructureException"),
        (lambda stages: [{**stages[0], "actions": []}, stages[1]], "InvalidStageDeclarationException"),
        (lambda stages: [stages[0], {"name": "B", "actions": [action("B", "CodeBuild", {}, inputArtifacts=["x"])]}],
         "InvalidActionDeclarationException"),
        (lambda stages: [stages[0], {"name": "B", "actions": [action("B", "Manual", {"CustomData": "x" * 1001})]}],
         "InvalidActionDeclarationException"),
        (lambda stages: [stages[0], {"name": "B", "actions": [action("B", "Jenkins", {})]}],
         "InvalidActionDeclarationException"),
    ],
)  # fmt: skip
def test_a_structure_that_codepipeline_refuses(
    aws: Aws, pipeline: Pipeline, change: Callable[[list[Any]], list[Any]], code: str
) -> None:
    """reference-pipeline-structure, limits."""
    declaration = pipeline.declaration(pipeline.build())
    declaration["stages"] = change(declaration["stages"])
    assert refused(aws("codepipeline").create_pipeline, pipeline=declaration)[0] == code


@pytest.mark.parametrize("permission", ["s3:PutObject", "codecommit:UploadArchive", "codecommit:GetCommit"])
def test_the_source_needs_the_permission(aws: Aws, pipeline: Pipeline, permission: str) -> None:
    """security-iam: the service role of a CodeCommit source."""
    deny = {"Effect": "Deny", "Action": permission, "Resource": "*"}
    aws("iam").put_role_policy(
        RoleName=pipeline.role.rpartition("/")[2], PolicyName="deny", PolicyDocument=policy(deny)
    )
    pipeline.commit("good")
    approve = {"name": "Approve", "actions": [action("Approve", "Manual", {})]}
    aws("codepipeline").create_pipeline(pipeline=pipeline.declaration(approve))
    latest = until(lambda: pipeline.stage("Source").get("latestExecution", {}).get("status") == "Failed"
                   and pipeline.stage("Source")["actionStates"][0]["latestExecution"])  # fmt: skip
    assert permission in latest["errorDetails"]["message"]


def test_a_full_clone_is_a_git_repository_that_the_build_s_role_may_read(aws: Aws, pipeline: Pipeline) -> None:
    """troubleshooting, Add CodeBuild GitClone permissions: the build's role needs UseConnection."""
    connections, name = aws("codeconnections"), pipeline.name
    arn = connections.create_connection(ConnectionName=name[:32], ProviderType="GitHub")["ConnectionArn"]
    endpoint = aws.endpoint
    address = f"{ACCOUNT}/{REGION}/{arn.rpartition('/')[2]}/bank/platform"
    assert requests.post(f"{endpoint}/localaws/provider/{address}", timeout=60).status_code == 201
    source = action("Code", "CodeStarSourceConnection", {
        "ConnectionArn": arn, "FullRepositoryId": "bank/platform", "BranchName": "main",
        "OutputArtifactFormat": "CODEBUILD_CLONE_REF"}, outputArtifacts=["source"])  # fmt: skip
    declaration = pipeline.declaration(pipeline.build(name="x"))
    declaration["stages"][0]["actions"] = [source]
    _allow(aws, f"{name}-codepipeline", "codeconnections:UseConnection", arn)
    aws("codepipeline").create_pipeline(pipeline=declaration)
    spec = "version: 0.2\nphases: {build: {commands: [git log --format=%s, git branch --show-current, touch a]}}\n"
    aws("codebuild").update_project(
        name=name, source={"type": "CODEPIPELINE", "buildspec": f"{spec}artifacts: {{files: [a]}}\n"}
    )
    _push(f"{str(endpoint).replace('://', '://local:anything@')}/git-http/{address}.git")
    denied = until(lambda: _error(pipeline, "Build"))
    assert "authorization failed for primary source" in denied
    _allow(aws, f"{name}-codebuild", "codeconnections:UseConnection", arn)
    assert pipeline.ended(pipeline.start()) == "Succeeded"
    build = aws("codebuild").list_builds_for_project(projectName=name)["ids"][0]
    log = aws("logs").get_log_events(logGroupName=f"/aws/codebuild/{name}", logStreamName=build[-36:])["events"]
    lines = [event["message"] for event in log if not event["message"].startswith("[Container]")]
    assert lines == ["second", "first", "main"]


def _allow(aws: Aws, role: str, permission: str, resource: str) -> None:
    statement = {"Effect": "Allow", "Action": permission, "Resource": resource}
    aws("iam").put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=policy(statement))


def _error(pipeline: Pipeline, stage: str) -> str:
    """The error of the stage's only action, "" before it has one."""
    latest = pipeline.stage(stage)["actionStates"][0].get("latestExecution", {})
    return str(latest.get("errorDetails", {}).get("message", ""))


def _push(url: str) -> None:
    """Push two commits to main."""
    with tempfile.TemporaryDirectory() as folder:
        for arguments in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "first"],
                          ["commit", "-q", "--allow-empty", "-m", "second"], ["push", "-q", url, "main"]):  # fmt: skip
            who = ["-c", "user.name=Bob", "-c", "user.email=b@bank.example"]
            subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)
