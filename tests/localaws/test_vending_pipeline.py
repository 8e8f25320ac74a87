"""The vending pipeline on the embedded AWS: 50 synthetic accounts, of which some fail, through the real definition.

The builds run `python -m scripts.vend` of a source of ours, which fails for the accounts that a variable names.
"""

import io
import json
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.localaws.services.ecr import images
from tests.localaws.conftest import REGION, ROOT, Aws, Terraform, terraform_at

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
MANAGEMENT = "123456789012"
NAME, LIMIT, ACCOUNTS = "mlops-vending", 8, [f"team-{number:02}-development" for number in range(50)]
MODULE = """
resource "aws_kms_key" "this" {{}}
resource "aws_sns_topic" "this" {{ name = "vending-alarms" }}
module "pipeline" {{
  source          = "{source}"
  name            = "{name}"
  account_id      = "{account}"
  region          = "{region}"
  organization_id = "o-a1b2c3d4e5"
  image           = "{account}.dkr.ecr.{region}.amazonaws.com/mlops/vending@{digest}"
  key_arn         = aws_kms_key.this.arn
  state_access    = {{ state_bucket = "mlops-terraform-state", role_name = "OrganizationAccountAccessRole" }}
  limits          = {{ concurrency = {limit}, tolerated_failure_percentage = 5 }}
  alarm_topic_arn = aws_sns_topic.this.arn

  access_log_bucket = module.logs.name
}}
module "logs" {{
  source     = "{source}/../access_logs"
  name       = "mlops-vending-access-logs"
  account_id = "{account}"
}}
output "machine" {{ value = module.pipeline.machine_arn }}
output "bucket" {{ value = module.pipeline.bucket_name }}
"""
# Without the bucket's lifecycle rules, for which the provider waits a minute; `make test-terraform` applies everything.
PARTS = """
aws_cloudwatch_event_target.this aws_cloudwatch_metric_alarm.this aws_codebuild_project.this
aws_s3_bucket_notification.this module.bucket
"""
VEND = """
import os, sys, time
time.sleep(0.1)
step, root, option, account = sys.argv[1:]
assert (step, root, option) == ("apply", "spoke", "--account")
sys.exit(f"{account}: broken" if account in os.environ["BROKEN"].split() else 0)
"""


class Pipeline:
    """The applied module, and what a merge and an operator do with it."""

    def __init__(self, aws: Aws, outputs: dict[str, Any]) -> None:
        self.aws, self.machine, self.bucket = aws, outputs["machine"], outputs["bucket"]
        self._environment = aws("codebuild").batch_get_projects(names=[NAME])["projects"][0]["environment"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            for name in ("scripts/__init__.py", "scripts/vend/__init__.py"):
                file.writestr(name, "")
            file.writestr("scripts/vend/__main__.py", VEND)
        put = aws("s3").put_object(Bucket=self.bucket, Key="source.zip", Body=archive.getvalue())
        self.source = put["VersionId"]

    def breaks(self, accounts: list[str]) -> None:
        broken = {"name": "BROKEN", "value": " ".join(accounts)}
        self.aws("codebuild").update_project(
            name=NAME, environment={**self._environment, "environmentVariables": [broken]}
        )

    def run(self, accounts: list[str]) -> dict[str, Any]:
        """Write the list, as the merge does, and wait for the execution that it starts."""
        existing = {item["executionArn"] for item in self._executions()}
        lines = "\n".join(json.dumps({"account": account, "source": self.source}) for account in accounts)
        self.aws("s3").put_object(Bucket=self.bucket, Key="accounts.jsonl", Body=lines.encode())
        for _ in range(100):
            started = [item["executionArn"] for item in self._executions() if item["executionArn"] not in existing]
            if started:
                return self.ended(started[0])
            time.sleep(0.05)
        raise AssertionError("the list started nothing")

    def ended(self, execution: str) -> dict[str, Any]:
        for _ in range(600):
            description: dict[str, Any] = self.aws("stepfunctions").describe_execution(executionArn=execution)
            if description["status"] != "RUNNING":
                return description
            time.sleep(0.1)
        raise AssertionError("the execution does not end")

    def _executions(self) -> list[dict[str, Any]]:
        executions: list[dict[str, Any]] = self.aws("stepfunctions").list_executions(stateMachineArn=self.machine)[
            "executions"
        ]
        return executions

    def map_run(self, execution: str) -> dict[str, Any]:
        runs = self.aws("stepfunctions").list_map_runs(executionArn=execution)["mapRuns"]
        response: dict[str, Any] = self.aws("stepfunctions").describe_map_run(mapRunArn=runs[0]["mapRunArn"])
        return response

    def builds(self) -> list[dict[str, Any]]:
        """Every build so far."""
        client = self.aws("codebuild")
        pages = client.get_paginator("list_builds_for_project").paginate(projectName=NAME, sortOrder="ASCENDING")
        ids = [id for page in pages for id in page["ids"]]
        parts = [ids[start : start + 100] for start in range(0, len(ids), 100)]  # as many as AWS takes at once
        return [build for part in parts for build in client.batch_get_builds(ids=part)["builds"]]

    def results(self, execution: str, outcome: str) -> list[str]:
        """The accounts in the result file of an outcome."""
        run = self.map_run(execution)["mapRunArn"].rpartition(":")[2]
        body = self.aws("s3").get_object(Bucket=self.bucket, Key=f"results/{run}/{outcome}_0.json")["Body"].read()
        return sorted(json.loads(item["Input"])["account"] for item in json.loads(body))


def account_of(build: dict[str, Any]) -> str:
    return next(item["value"] for item in build["environment"]["environmentVariables"] if item["name"] == "ACCOUNT")


def most_at_once(builds: list[dict[str, Any]]) -> int:
    edges = sorted([(item["startTime"], 1) for item in builds] + [(item["endTime"], -1) for item in builds])
    running = peak = 0
    for _, step in edges:
        running += step
        peak = max(peak, running)
    return peak


@pytest.fixture(scope="module")
def applied(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terraform, Pipeline]]:
    folder = tmp_path_factory.mktemp("pipeline")
    (folder / "modules").symlink_to(ROOT / "terraform" / "modules")
    with terraform_at(folder, aws.endpoint) as runner:
        digest = _push_image(aws, tmp_path_factory.mktemp("image"))
        variables = {"account": MANAGEMENT, "region": REGION, "digest": digest, "limit": LIMIT, "name": NAME}
        parts = ["logs", *(f"pipeline.{part}" for part in PARTS.split())]
        outputs = runner.apply(
            MODULE.format(source="./modules/vending_pipeline", **variables),
            *(f"-target=module.{part}" for part in parts),
        )
        yield runner, Pipeline(aws, outputs)
        (folder / "terraform.tfstate").unlink()  # everything ends with the server; `make test-terraform` destroys it


def _push_image(aws: Aws, folder: Path) -> str:
    """The digest of an image of plain Python."""
    (folder / "Dockerfile").write_text("FROM python:3.11\n")
    aws("ecr").create_repository(repositoryName="mlops/vending")
    return images.push(aws("ecr"), "mlops/vending", "1", images.build(folder, {}, aws("ecr")))


@pytest.fixture
def pipeline(applied: tuple[Terraform, Pipeline]) -> Pipeline:
    applied[1].breaks([])
    return applied[1]


def test_the_module_is_applied_and_nothing_is_left_to_change(applied: tuple[Terraform, Pipeline]) -> None:
    assert applied[0].plan() == ["create module.pipeline.aws_s3_bucket_lifecycle_configuration.this"]


def test_a_run_goes_on_past_a_few_failures_and_tells_of_every_account(pipeline: Pipeline, aws: Aws) -> None:
    queue = aws("sqs").create_queue(QueueName="vended")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("events").put_rule(Name="vended", EventPattern=json.dumps({"source": [NAME]}))
    aws("events").put_targets(Rule="vended", Targets=[{"Id": "queue", "Arn": arn}])
    broken = ACCOUNTS[10:12]
    pipeline.breaks(broken)
    aws("codebuild").update_project(name=NAME, concurrentBuildLimit=-1)  # so that the map's own bound is measured

    execution = pipeline.run(ACCOUNTS)

    assert execution["status"] == "SUCCEEDED", execution
    counts = pipeline.map_run(execution["executionArn"])["itemCounts"]
    assert (counts["succeeded"], counts["failed"], counts["total"]) == (48, 2, 50)
    assert pipeline.results(execution["executionArn"], "FAILED") == broken
    builds = pipeline.builds()
    assert Counter(map(account_of, builds)) == Counter(ACCOUNTS)
    assert 2 <= most_at_once(builds) <= LIMIT
    events = Counter()
    while messages := aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            detail = json.loads(message["Body"])["detail"]
            events[detail["account"], detail["outcome"]] += 1
            aws("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert events == Counter({(item, "FAILED" if item in broken else "SUCCEEDED"): 1 for item in ACCOUNTS})
    assert {outcome: counted(aws, NAME, outcome) for outcome in ("SUCCEEDED", "FAILED")} == {
        "SUCCEEDED": 48,
        "FAILED": 2,
    }


def counted(aws: Aws, namespace: str, outcome: str) -> float:
    """The sum of the metric that the alarm watches."""
    now = aws.advance(0).timestamp()
    points = aws("cloudwatch").get_metric_statistics(
        Namespace=namespace, MetricName="Accounts", Dimensions=[{"Name": "Outcome", "Value": outcome}],
        StartTime=now - 600, EndTime=now + 600, Period=300, Statistics=["Sum"],
    )["Datapoints"]  # fmt: skip
    return sum(point["Sum"] for point in points)


@pytest.mark.slow
def test_a_run_that_loses_too_many_accounts_stops_and_is_redriven_for_the_rest_only(
    pipeline: Pipeline, aws: Aws
) -> None:
    before, broken = len(pipeline.builds()), ACCOUNTS[5:12]
    pipeline.breaks(broken)

    execution = pipeline.run(ACCOUNTS)

    assert (execution["status"], execution["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold"), execution
    counts = pipeline.map_run(execution["executionArn"])["itemCounts"]
    assert counts["failed"] >= 3
    assert counts["pending"] > 20
    first = pipeline.builds()[before:]
    succeeded = {account_of(item) for item in first if item["buildStatus"] == "SUCCEEDED"}

    pipeline.breaks([])
    aws("stepfunctions").redrive_execution(executionArn=execution["executionArn"])
    again = pipeline.ended(execution["executionArn"])

    assert (again["status"], again["redriveCount"]) == ("SUCCEEDED", 1), again
    assert pipeline.map_run(execution["executionArn"])["itemCounts"]["succeeded"] == 50
    second = pipeline.builds()[before + len(first) :]
    assert {account_of(item) for item in second} == set(ACCOUNTS) - succeeded
    assert most_at_once(second) <= LIMIT
