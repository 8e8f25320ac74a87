"""Every row of what AWS asks: the call succeeds with exactly these rights, and fails without any one of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from scripts.localaws.services.iam.authorization.requirement_table import (
    CALLER,
    REQUEST,
    START,
    Permission,
    tables,
)
from tests.localaws.conftest import REGION, Aws, refused
from tests.localaws.requirement_account import Requirements, account_with_resources, statement
from tests.localaws.requirement_calls import CALLS, CLUSTER, JOBS, SOURCE
from tests.localaws.requirement_other_calls import Call

pytestmark = pytest.mark.local_only


class Row(NamedTuple):
    """One action that an operation needs."""

    operation: str
    action: str
    permission: Permission

    @property
    def is_callers(self) -> bool:
        return self.permission.principals == (CALLER,)


def rows(phase: str) -> Iterator[Row]:
    permissions = [row for table in tables().values() for row in table.permissions if row.phase == phase]
    return (Row(operation, row.action, row) for row in permissions for operation in row.operations)


REQUEST_ROWS, START_ROWS = list(rows(REQUEST)), list(rows(START))


@pytest.fixture(scope="module")
def requirements(aws: Aws, member: Callable[[str], str]) -> Requirements:
    return account_with_resources(aws, member("requirements-spoke"))


def grant(requirements: Requirements, call: Call, operation: str, missing: Row | None) -> None:
    """Give both roles what the table says for the operation, but not the action of the missing row."""
    all_rows = [row for row in (*REQUEST_ROWS, *START_ROWS) if row.operation == operation and row != missing]
    own = f"{call.service}:{operation}"
    callers = [row.action for row in all_rows if row.is_callers and row.action != own]
    is_own = missing is not None and missing.action == own
    requirements.allow(
        "caller",
        statement("iam:PassRole", *callers),
        statement(own, resource=call.own if is_own else "*"),
    )
    others = [row.action for row in all_rows if not row.is_callers]
    requirements.allow("service", statement("sts:GetCallerIdentity", *others))


def run(requirements: Requirements, call: Call) -> Any:
    return getattr(requirements.as_caller(call.service), call.method)(**requirements.fill(call.params))


@pytest.mark.parametrize("operation", sorted({row.operation for row in REQUEST_ROWS}))
def test_the_rights_of_the_table_are_enough(requirements: Requirements, operation: str) -> None:
    call = CALLS[operation]
    grant(requirements, call, operation, None)
    if call.refusal:
        assert refused(lambda: run(requirements, call))[0] == call.refusal
    else:
        run(requirements, call)


@pytest.mark.parametrize("row", REQUEST_ROWS, ids=lambda row: f"{row.operation}-{row.action}")
def test_without_one_of_them_the_call_fails(requirements: Requirements, row: Row) -> None:
    call = CALLS[row.operation]
    grant(requirements, call, row.operation, row)
    code, _, message = refused(lambda: run(requirements, call))
    if row.permission.error:
        assert code == row.permission.error.code
    else:
        assert code == "AccessDeniedException"
        assert f"is not authorized to perform: {row.action} on resource: " in message


def test_a_model_of_a_package_needs_the_rights_on_what_the_package_names(requirements: Requirements) -> None:
    """DG model-registry-deploy; sagemaker-roles, CreateModel API execution role permissions."""
    content = {"Image": "<image>", "ModelDataUrl": "s3://<bucket>/model.tar.gz"}
    specification = {"Containers": [content], "SupportedContentTypes": ["a/b"], "SupportedResponseMIMETypes": ["a/b"]}
    package = requirements.client("sagemaker").create_model_package(
        **requirements.fill({"ModelPackageGroupName": "risk", "InferenceSpecification": specification})
    )["ModelPackageArn"]
    params = {**CALLS["CreateModel"].params, "PrimaryContainer": {"ModelPackageName": package}}
    call = replace(CALLS["CreateModel"], params=params)
    for action, text in (("s3:GetObject", "Could not access model data"), ("ecr:BatchGetImage", "Access denied for")):
        (row,) = [row for row in REQUEST_ROWS if (row.operation, row.action) == ("CreateModel", action)]
        grant(requirements, call, "CreateModel", row)
        assert text in refused(lambda: run(requirements, call))[2]
    grant(requirements, call, "CreateModel", None)
    run(requirements, call)


def reason(poll: Callable[[], str]) -> str:
    """The first text of the poll that is not empty."""
    deadline = time.monotonic() + 60
    while not (text := poll()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return text


def job_failure(requirements: Requirements, operation: str) -> str:
    """Why the job fails; no image is in the repository, so that it always does."""
    call, kind = JOBS[operation], operation.removeprefix("Create")
    name = run(requirements, call)[f"{kind}Arn"].rpartition("/")[2]
    describe = getattr(requirements.client(call.service), call.method.replace("create_", "describe_"))
    return reason(lambda: str(describe(**{f"{kind}Name": name}).get("FailureReason", "")))


def build_failure(requirements: Requirements, _: str) -> str:
    """Why the build fails, or its status."""
    codebuild = requirements.client("codebuild")
    id = codebuild.start_build(projectName="checks")["build"]["id"]

    def poll() -> str:
        (build,) = codebuild.batch_get_builds(ids=[id])["builds"]
        messages = [context["message"] for phase in build["phases"] for context in phase.get("contexts", ())]
        return " ".join(messages) or str((build["buildComplete"] and build["buildStatus"]) or "")

    return reason(poll)


def pipeline_failure(requirements: Requirements, _: str) -> str:
    """Why the source action fails, or its status."""
    pipelines = requirements.client("codepipeline")
    id = pipelines.start_pipeline_execution(name="moves")["pipelineExecutionId"]

    def poll() -> str:
        state = pipelines.get_pipeline_state(name="moves")["stageStates"][0]
        execution = state["actionStates"][0].get("latestExecution", {})
        is_over = execution.get("status") in ("Failed", "Succeeded")
        if state.get("latestExecution", {}).get("pipelineExecutionId") != id or not is_over:
            return ""
        return str(execution.get("errorDetails", {}).get("message", execution["status"]))

    return reason(poll)


FAILURES = {**dict.fromkeys(JOBS, job_failure), "StartBuild": build_failure, "StartPipelineExecution": pipeline_failure}
DENIAL = re.compile("is not authorized to perform|UnauthorizedOperation|is getting S3 access denied")


def fail(requirements: Requirements, operation: str, missing: Row | None) -> str:
    """The reason of the failure of a job, build or execution under the table's rights without the missing one."""
    grant(requirements, JOBS.get(operation, CALLS["CreateModel"]), operation, missing)
    return FAILURES[operation](requirements, operation)


@pytest.mark.parametrize("operation", FAILURES)
def test_a_start_succeeds_with_the_rights_of_the_table(requirements: Requirements, operation: str) -> None:
    assert not DENIAL.search(fail(requirements, operation, None))


@pytest.mark.parametrize("row", START_ROWS, ids=lambda row: f"{row.operation}-{row.action}")
def test_a_start_fails_without_one_of_them(requirements: Requirements, row: Row) -> None:
    text = fail(requirements, row.operation, row)
    assert DENIAL.search(text)
    assert row.permission.error or f"is not authorized to perform: {row.action} on resource: " in text


def traffic(kind: str, **size: Any) -> dict[str, Any]:
    """A deployment that shifts traffic in steps."""
    routing = {"Type": kind, "WaitIntervalInSeconds": 0, **size}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}


NVME = {"ResourceConfig": {**CLUSTER, "InstanceType": "ml.g4dn.xlarge"}}
WITHOUT_KEY = {name: value for name, value in CLUSTER.items() if name != "VolumeKmsKeyId"}
STRANGER = {"RoleArn": "<caller>", "ProcessingResources": {"ClusterConfig": WITHOUT_KEY}}
ONE, TWO = ({"Type": "INSTANCE_COUNT", "Value": count} for count in (1, 2))
CANARY = {"EndpointConfigName": "single", "DeploymentConfig": traffic("CANARY", CanarySize=ONE)}
TENTH = {"DeploymentConfig": traffic("LINEAR", LinearStepSize={"Type": "CAPACITY_PERCENT", "Value": 10})}
BATCH = {"DeploymentConfig": {"RollingUpdatePolicy": {"MaximumBatchSize": TWO, "WaitIntervalInSeconds": 0}}}
MODES = [{"ChannelName": mode, "DataSource": SOURCE, "InputMode": mode} for mode in ("Pipe", "FastFile")]
HOSTS = {"PrimaryContainer": None, "Containers": [{"Image": "<image>", "ContainerHostname": "a"}, {"Image": "<image>"}]}
COPIES = {"RollingUpdatePolicy": {"MaximumBatchSize": {"Type": "COPY_COUNT", "Value": 3}, "WaitIntervalInSeconds": 0}}
LIMITS: list[tuple[str, dict[str, Any], str]] = [
    ("CreateTrainingJob", NVME, "VolumeKmsKeyId"),
    ("CreateTransformJob", {"MaxConcurrentTransforms": 11, "MaxPayloadInMB": 10}, "MaxPayloadInMB"),
    ("CreateProcessingJob", STRANGER, "Could not assume role"),
    ("UpdateEndpoint", CANARY, "CanarySize"),
    ("UpdateEndpoint", TENTH, "LinearStepSize"),
    ("UpdateEndpoint", BATCH, "MaximumBatchSize"),
    ("CreateTrainingJob", {"InputDataConfig": MODES}, "Cannot use both 'Pipe' and 'FastFile'"),
    ("CreateModel", HOSTS, "ContainerHostname"),
    ("UpdateInferenceComponent", {"DeploymentConfig": COPIES}, "copy count of the inference component"),
]


@pytest.mark.parametrize(("operation", "change", "text"), LIMITS)
def test_a_request_beyond_a_limit_is_refused(
    requirements: Requirements, operation: str, change: dict[str, Any], text: str
) -> None:
    call = CALLS[operation]
    grant(requirements, call, operation, None)
    params = {name: value for name, value in {**call.params, **change}.items() if value is not None}
    changed = replace(call, params=params)
    code, _, message = refused(lambda: run(requirements, changed))
    assert (code, text in message) == ("ValidationException", True)


def test_a_job_in_a_network_needs_the_policy_of_the_endpoint(requirements: Requirements) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""
    ec2, names = requirements.client("ec2"), requirements.names
    read = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [read]})
    service = f"com.amazonaws.{REGION}.s3"
    created = ec2.create_vpc_endpoint(
        VpcId=names["vpc"], ServiceName=service, VpcEndpointType="Gateway", PolicyDocument=policy
    )
    text = fail(requirements, "CreateTrainingJob", None)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[created["VpcEndpoint"]["VpcEndpointId"]])
    assert "s3:PutObject on resource: " in text
    assert text.endswith("because no VPC endpoint policy allows the s3:PutObject action")
