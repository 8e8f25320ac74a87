"""Only approved versions run, and a faulty version is rolled back. The tests use the launch role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generators.config import contracts
from tests.localaws.conftest import Aws, started
from tests.localaws.pipelines import until
from tests.products.spoke_account import ROOT, SpokeAccount
from tests.products.stack import Stack

PRODUCT, VERSION = "inference-pipeline", "1.3.0"
ENDPOINT = {"Mode": "real-time-canary", "MostInstances": "4"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokeAccount]:
    """A production account: only two instances or copies can be replaced in steps."""
    with started(tmp_path_factory.mktemp("aws")) as server:
        account = SpokeAccount(server.endpoint)
        path = contracts.read(ROOT)["spoke"]["environment"].path
        account.client("ssm").put_parameter(Name=path, Type="String", Value="production", Overwrite=True)
        yield account


@pytest.fixture(scope="module")
def key(account: SpokeAccount) -> str:
    return account.launch_role(PRODUCT)


def group(account: SpokeAccount, name: str, *approvals: str) -> Any:
    """A model group with a version for each approval."""
    registry = account.client("sagemaker")
    registry.create_model_package_group(ModelPackageGroupName=name)
    for approval in approvals:
        registry.create_model_package(ModelPackageGroupName=name, ModelApprovalStatus=approval)
    return registry


def breach(account: SpokeAccount, alarm: str) -> None:
    """Ten minutes of data that breach the alarm, from three minutes ago."""
    cloudwatch, now = account.client("cloudwatch"), Aws(account.endpoint).advance(0)
    [described] = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    datum = {key: described[key] for key in ("MetricName", "Dimensions")} | {"Value": described["Threshold"] * 2}
    data = [{**datum, "Timestamp": now + timedelta(minutes=minute)} for minute in range(-3, 7)]
    cloudwatch.put_metric_data(Namespace=described["Namespace"], MetricData=data)
    becomes(account, alarm, "ALARM", 1)


def becomes(account: SpokeAccount, alarm: str, state: str, minutes: int) -> None:
    """Wait until the alarm has the state that the data of the next minutes gives."""
    Aws(account.endpoint).advance(60 * minutes)
    describe = account.client("cloudwatch").describe_alarms
    until(lambda: describe(AlarmNames=[alarm])["MetricAlarms"][0]["StateValue"] == state)


def test_a_launch_without_an_approved_version_is_rolled_back(account: SpokeAccount, key: str) -> None:
    registry = group(account, "pending", "PendingManualApproval", "Rejected")
    stack = Stack(account, PRODUCT, "pending", key)
    assert stack.create(VERSION, ModelGroup="pending") == "ROLLBACK_COMPLETE"
    assert "no version of pending is approved; ask a model approver" in stack.reasons()
    assert registry.list_models()["Models"] == []
    packages = registry.list_model_packages(ModelPackageGroupName="pending")["ModelPackageSummaryList"]
    assert {package["ModelApprovalStatus"] for package in packages} == {"PendingManualApproval", "Rejected"}


def test_the_newest_approved_version_runs_and_other_versions_only_when_approved(
    account: SpokeAccount, key: str
) -> None:
    registry = group(account, "mixed", "Approved", "Approved", "PendingManualApproval")
    stack = Stack(account, PRODUCT, "mixed", key)
    assert stack.create(VERSION, ModelGroup="mixed") == "CREATE_COMPLETE"
    assert stack.outputs["ModelVersion"] == "2"
    assert stack.update(VERSION, ModelGroup="mixed", ModelVersion="3") == "UPDATE_ROLLBACK_COMPLETE"
    assert "version 3 of mixed is not approved; choose from 1, 2" in stack.reasons()
    assert stack.outputs["ModelVersion"] == "2"
    assert stack.update(VERSION, ModelGroup="mixed", ModelVersion="1") == "UPDATE_COMPLETE"
    (model,) = registry.list_models()["Models"]
    container = registry.describe_model(ModelName=model["ModelName"])["PrimaryContainer"]
    assert container["ModelPackageName"].endswith("model-package/mixed/1")
    assert stack.delete() == "DELETE_COMPLETE"


@pytest.mark.slow
def test_an_alarm_during_a_deployment_rolls_back_to_the_old_version(account: SpokeAccount, key: str) -> None:
    registry = group(account, "guarded", "Approved", "Approved")
    stack = Stack(account, PRODUCT, "guarded", key)
    assert stack.create(VERSION, ModelGroup="guarded", ModelVersion="1", **ENDPOINT) == "CREATE_COMPLETE"
    before = registry.describe_endpoint(EndpointName=stack.outputs["EndpointName"])
    breach(account, stack.physical["EndpointErrors"])
    assert stack.update(VERSION, ModelGroup="guarded", ModelVersion="2", **ENDPOINT) == "UPDATE_ROLLBACK_COMPLETE"
    assert "rolled back" in stack.reasons()
    after = registry.describe_endpoint(EndpointName=stack.outputs["EndpointName"])
    assert after["EndpointConfigName"] == before["EndpointConfigName"]
    assert stack.outputs["ModelVersion"] == "1"
    assert stack.delete() == "DELETE_COMPLETE"
    assert registry.list_endpoints()["Endpoints"] == []


@pytest.mark.slow
def test_an_alarm_rolls_an_inference_component_back_as_well(account: SpokeAccount, key: str) -> None:
    registry = group(account, "seldom", "Approved", "Approved")
    stack, arguments = Stack(account, PRODUCT, "seldom", key), {"ModelGroup": "seldom", "Mode": "real-time-to-zero"}
    assert stack.create(VERSION, ModelVersion="1", **arguments) == "CREATE_COMPLETE"
    component = stack.outputs["ComponentName"]
    before = registry.describe_inference_component(InferenceComponentName=component)
    assert before["EndpointName"] == stack.outputs["EndpointName"]
    breach(account, stack.physical["ComponentErrors"])
    assert stack.update(VERSION, ModelVersion="2", **arguments) == "UPDATE_ROLLBACK_COMPLETE"
    assert "rolled back" in stack.reasons()
    after = registry.describe_inference_component(InferenceComponentName=component)
    assert after["Specification"] == before["Specification"]
    becomes(account, stack.physical["ComponentErrors"], "OK", 20)
    assert stack.update(VERSION, ModelVersion="2", **arguments) == "UPDATE_COMPLETE"
    updated = registry.describe_inference_component(InferenceComponentName=component)
    assert "-v2-" in updated["Specification"]["ModelName"]
    assert stack.delete() == "DELETE_COMPLETE"
    assert registry.list_inference_components()["InferenceComponents"] == []


@pytest.mark.slow
def test_use_changes_from_instances_to_on_demand_and_back(account: SpokeAccount, key: str) -> None:
    registry = group(account, "moving", "Approved")
    stack = Stack(account, PRODUCT, "moving", key)
    assert stack.create(VERSION, ModelGroup="moving", **ENDPOINT) == "CREATE_COMPLETE"
    assert stack.update(VERSION, ModelGroup="moving", Mode="real-time-to-zero") == "UPDATE_COMPLETE"
    names = {endpoint["EndpointName"] for endpoint in registry.list_endpoints()["Endpoints"]}
    assert names == {stack.outputs["EndpointName"]} == {stack.outputs["ComponentName"]}
    assert stack.update(VERSION, ModelGroup="moving", **ENDPOINT) == "UPDATE_COMPLETE"
    assert "ComponentName" not in stack.outputs
    assert stack.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    "parameters",
    [{"ModelGroup": "Not A Group"}, {"ModelVersion": "latest"}, {"Schedule": "at night"}, {"MostInstances": "1"}],
)
def test_invalid_parameters_are_refused_before_the_launch(
    account: SpokeAccount, key: str, parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match=next(iter(parameters))):
        Stack(account, PRODUCT, "refused", key).create(VERSION, **{"ModelGroup": "mixed", **parameters})
