"""Faulty inputs of pipelines: the step or stage that AWS would fail fails with the reason; nothing is registered."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws
from tests.localaws.containers import ALL, RESOURCES, Workshop
from tests.localaws.pipeline_steps import execute, processing

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
LISTED = {"ForAnyValue:StringNotLike": {"sagemaker:InstanceTypes": ["ml.m5.*"]}}
TYPE = {"Effect": "Deny", "Action": "sagemaker:CreateProcessingJob", "Resource": "*", "Condition": LISTED}
PASS = {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}
LARGE = {"ProcessingResources": {"ClusterConfig": {**RESOURCES, "InstanceType": "ml.p4d.24xlarge"}}}
STRANGE = {"AppSpecification": {"ImageUri": "docker.io/library/python:3"}}
SHORT = {"StoppingCondition": {"MaxRuntimeInSeconds": 1}}


@pytest.fixture(scope="module")
def workshop(aws: Aws, member: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = Workshop(aws, member("bad-input-spoke")).build()
    workshop.push(tmp_path_factory.mktemp("image"), "1")
    return workshop


@pytest.mark.parametrize(
    ("name", "denied", "arguments", "reason"),
    [
        ("role", PASS, {}, "is not authorized to perform: iam:PassRole"),
        ("image", {}, STRANGE, "docker.io/library/python:3 is no image of Amazon ECR"),
        ("type", TYPE, LARGE, "is not authorized to perform: sagemaker:CreateProcessingJob"),
        ("endless", {}, SHORT, "was stopped"),
    ],
)
def test_a_step_that_cannot_run_fails_and_registers_nothing(
    workshop: Workshop, name: str, denied: dict[str, Any], arguments: dict[str, Any], reason: str
) -> None:
    role = workshop.make_role(f"bad-{name}", ALL, *([denied] if denied else []))
    train = processing(workshop, "Train", "import time; time.sleep(1000)", arguments=arguments)
    inference = {"Containers": [{"Image": workshop.image}], "SupportedContentTypes": ["text/csv"],
                 "SupportedResponseMIMETypes": ["text/csv"]}  # fmt: skip
    package = {"ModelPackageGroupName": name, "InferenceSpecification": inference}
    register = {"Name": "Register", "Type": "RegisterModel", "Arguments": package, "DependsOn": ["Train"]}
    execution, steps = execute(workshop, train, register, role=role)
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert reason in steps["Train"]["FailureReason"]
    assert "Register" not in steps
    groups = workshop("sagemaker").list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert name not in [group["ModelPackageGroupName"] for group in groups]
