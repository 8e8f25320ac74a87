"""Only what a model approver approved runs, and a version that does badly does not stay: under the launch role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.conftest import started
from tests.products.account import Account
from tests.products.stack import Stack

PRODUCT, VERSION = "inference-pipeline", "1.1.0"
ENDPOINT = {"Mode": "real-time-canary", "MostInstances": "4"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Account(server.endpoint)


@pytest.fixture(scope="module")
def key(account: Account) -> str:
    return account.launch_role(PRODUCT)


def group(account: Account, name: str, *approvals: str) -> Any:
    """A model group with a version for each approval."""
    registry = account.client("sagemaker")
    registry.create_model_package_group(ModelPackageGroupName=name)
    for approval in approvals:
        registry.create_model_package(ModelPackageGroupName=name, ModelApprovalStatus=approval)
    return registry


def test_nothing_runs_while_nothing_is_approved(account: Account, key: str) -> None:
    registry = group(account, "pending", "PendingManualApproval", "Rejected")
    stack = Stack(account, PRODUCT, "pending", key)
    assert stack.create(VERSION, ModelGroup="pending") == "ROLLBACK_COMPLETE"
    assert "no version of pending is approved; ask a model approver" in stack.reasons()
    assert registry.list_models()["Models"] == []
    known = registry.list_model_packages(ModelPackageGroupName="pending")["ModelPackageSummaryList"]
    assert {it["ModelApprovalStatus"] for it in known} == {"PendingManualApproval", "Rejected"}


def test_the_newest_approved_version_runs_and_others_only_when_they_are_approved(account: Account, key: str) -> None:
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


def test_an_alarm_while_versions_change_places_brings_the_old_one_back(account: Account, key: str) -> None:
    registry, watch = group(account, "guarded", "Approved", "Approved"), account.client("cloudwatch")
    stack = Stack(account, PRODUCT, "guarded", key)
    assert stack.create(VERSION, ModelGroup="guarded", ModelVersion="1", **ENDPOINT) == "CREATE_COMPLETE"
    before = registry.describe_endpoint(EndpointName=stack.outputs["EndpointName"])
    alarm = stack.physical["EndpointErrors"]
    watch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test")
    assert stack.update(VERSION, ModelGroup="guarded", ModelVersion="2", **ENDPOINT) == "UPDATE_ROLLBACK_COMPLETE"
    assert "rolled back" in stack.reasons()
    after = registry.describe_endpoint(EndpointName=stack.outputs["EndpointName"])
    assert after["EndpointConfigName"] == before["EndpointConfigName"]
    assert stack.outputs["ModelVersion"] == "1"
    assert stack.delete() == "DELETE_COMPLETE"
    assert registry.list_endpoints()["Endpoints"] == []


@pytest.mark.parametrize(
    "parameters",
    [{"ModelGroup": "Not A Group"}, {"ModelVersion": "latest"}, {"Schedule": "at night"}, {"MostInstances": "1"}],
)
def test_what_cannot_be_meant_is_refused_at_once(account: Account, key: str, parameters: dict[str, str]) -> None:
    with pytest.raises(ClientError, match=next(iter(parameters))):
        Stack(account, PRODUCT, "refused", key).create(VERSION, **{"ModelGroup": "mixed", **parameters})
