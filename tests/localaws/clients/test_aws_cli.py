"""The AWS CLI follows pipelines and logs. Version 1 has no `logs tail`: its one operation is FilterLogEvents.

https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.localaws.containers import ALL, Workshop
from tests.localaws.pipeline_steps import create, ended, processing
from tests.localaws.pipelines import action, until

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
Cli = Callable[..., Any]


@pytest.fixture
def cli(variables: Mapping[str, str]) -> Cli:
    """cli("sagemaker", "list-pipelines") -> the answer; the command must succeed."""

    def run(*arguments: str) -> Any:
        program = str(Path(sys.executable).with_name("aws"))
        own = {"PATH": os.environ["PATH"], "AWS_CONFIG_FILE": os.devnull, **variables}
        completed = subprocess.run([program, *arguments], env=own, capture_output=True, text=True, check=False)
        assert completed.returncode == 0, completed.stderr
        return json.loads(completed.stdout or "null")

    return run


def test_the_cli_follows_a_release_pipeline_and_approves(workshop: Workshop, cli: Cli) -> None:
    """https://docs.aws.amazon.com/cli/latest/reference/codepipeline/get-pipeline-state.html"""
    role = workshop.make_role("release", ALL, service="codepipeline.amazonaws.com")
    workshop("s3").put_bucket_versioning(Bucket=workshop.bucket, VersioningConfiguration={"Status": "Enabled"})
    workshop.put("release.txt", "release")
    configuration = {"S3Bucket": workshop.bucket, "S3ObjectKey": "release.txt", "PollForSourceChanges": "false"}
    stages = [{"name": "Source", "actions": [action("Code", "S3", configuration, outputArtifacts=["code"])]},
              {"name": "Approve", "actions": [action("Approve", "Manual", {})]}]  # fmt: skip
    pipeline = {"name": "release", "roleArn": role, "artifactStore": {"type": "S3", "location": workshop.bucket},
                "pipelineType": "V2", "executionMode": "QUEUED", "stages": stages}  # fmt: skip
    workshop("codepipeline").create_pipeline(pipeline=pipeline)

    def approval() -> dict[str, Any]:
        state = cli("codepipeline", "get-pipeline-state", "--name", "release")["stageStates"][1]
        return dict(state["actionStates"][0].get("latestExecution", {}))

    token = until(lambda: approval().get("token"))
    cli("codepipeline", "put-approval-result", "--pipeline-name", "release", "--stage-name", "Approve",
        "--action-name", "Approve", "--token", token, "--result", "summary=fine,status=Approved")  # fmt: skip
    until(lambda: approval()["status"] == "Succeeded")
    states = cli("codepipeline", "get-pipeline-state", "--name", "release")["stageStates"]
    assert [state["latestExecution"]["status"] for state in states] == ["Succeeded", "Succeeded"]
    listed = cli("codepipeline", "list-pipeline-executions", "--pipeline-name", "release")
    assert [each["status"] for each in listed["pipelineExecutionSummaries"]] == ["Succeeded"]


def test_the_cli_follows_a_training_pipeline_and_its_logs(workshop: Workshop, cli: Cli) -> None:
    """https://docs.aws.amazon.com/cli/latest/reference/sagemaker/list-pipeline-execution-steps.html"""
    name = create(workshop, processing(workshop, "Talk", "for n in range(3): print('line', n, flush=True)"))
    start = cli("sagemaker", "start-pipeline-execution", "--pipeline-name", name)
    ended(workshop, start["PipelineExecutionArn"])
    executions = cli("sagemaker", "list-pipeline-executions", "--pipeline-name", name, "--page-size", "1")
    (execution,) = executions["PipelineExecutionSummaries"]
    assert execution["PipelineExecutionArn"] == start["PipelineExecutionArn"]
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    steps = ("list-pipeline-execution-steps", "--pipeline-execution-arn", execution["PipelineExecutionArn"])
    (step,) = cli("sagemaker", *steps)["PipelineExecutionSteps"]
    job = step["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    group = ("--log-group-name", "/aws/sagemaker/ProcessingJobs", "--log-stream-name-prefix", job)
    events = cli("logs", "filter-log-events", *group, "--start-time", "0")["events"]
    assert [event["message"] for event in events] == ["line 0", "line 1", "line 2"]
    later = ("--start-time", str(events[-1]["timestamp"] + 1))
    assert cli("logs", "filter-log-events", *group, *later)["events"] == []
