"""Plans: the changes of a launch and of an upgrade before they are executed.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProvisionedProductPlan.html
"""

import json
import time
from typing import Any

import pytest

from localaws.conftest import Aws, refused
from tests.localaws.servicecatalog.catalogue import template, unique, wait_for_record
from tests.localaws.servicecatalog.shared_catalog import SharedCatalog

pytestmark = pytest.mark.local_only


def plan(catalog: SharedCatalog, product: str, name: str, version: str, **request: Any) -> dict[str, Any]:
    """The description of a new plan that is no longer being created."""
    response = catalog.lead.create_provisioned_product_plan(
        PlanName=unique("plan"), PlanType="CLOUDFORMATION", ProductId=product, ProvisionedProductName=name,
        ProvisioningArtifactId=version, IdempotencyToken=unique("token"), **request,
    )  # fmt: skip
    for _ in range(200):
        description: dict[str, Any] = catalog.lead.describe_provisioned_product_plan(PlanId=response["PlanId"])
        if description["ProvisionedProductPlanDetails"]["Status"] != "CREATE_IN_PROGRESS":
            return description
        time.sleep(0.05)
    raise AssertionError("the plan is not created")


def newest(catalog: SharedCatalog, product: str) -> str:
    versions = catalog.lead.describe_product(Id=product)["ProvisioningArtifacts"]
    return str(versions[-1]["Id"])


def test_a_plan_shows_what_a_launch_creates_and_is_executed(shared_catalog: SharedCatalog) -> None:
    product = shared_catalog.create_product()
    name = unique("planned")
    description = plan(shared_catalog, product, name, newest(shared_catalog, product))
    details = description["ProvisionedProductPlanDetails"]
    assert (details["Status"], details["ProvisionProductName"]) == ("CREATE_SUCCESS", name)
    [change] = description["ResourceChanges"]
    assert (change["Action"], change["LogicalResourceId"], change["Scope"]) == ("ADD", "Made", [])
    state = shared_catalog.describe(details["ProvisionProductId"])
    assert state["Status"] == "PLAN_IN_PROGRESS"
    response = shared_catalog.lead.execute_provisioned_product_plan(PlanId=details["PlanId"], IdempotencyToken="once")
    record = wait_for_record(shared_catalog.lead, response)["RecordDetail"]
    assert (record["Status"], record["RecordType"]) == ("SUCCEEDED", "PROVISION_PRODUCT")
    assert shared_catalog.describe(details["ProvisionProductId"])["Status"] == "AVAILABLE"
    code, _, message = refused(
        shared_catalog.lead.execute_provisioned_product_plan, PlanId=details["PlanId"], IdempotencyToken="twice"
    )
    assert (code, "CREATE_SUCCESS" in message) == ("InvalidStateException", True)


def test_a_plan_says_what_an_upgrade_replaces(aws: Aws, shared_catalog: SharedCatalog) -> None:
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product)
    name = shared_catalog.describe(provisioned_product)["Name"]
    body = json.loads(template("two"))
    body["Resources"]["Made"]["Properties"]["Name"] = unique("/planned")
    version = shared_catalog.hub.version(product, "1.1.0", json.dumps(body))
    description = plan(shared_catalog, product, name, version)
    [change] = description["ResourceChanges"]
    assert (change["Action"], change["Replacement"]) == ("MODIFY", "TRUE")
    targets = {detail["Target"]["Name"]: detail["Target"]["RequiresRecreation"] for detail in change["Details"]}
    assert targets == {"Name": "ALWAYS", "Value": "NEVER"}
    assert shared_catalog.describe(provisioned_product)["Status"] == "AVAILABLE", "a plan changes nothing"
    plan_id = description["ProvisionedProductPlanDetails"]["PlanId"]
    plans = shared_catalog.lead.list_provisioned_product_plans(ProvisionProductId=provisioned_product)
    assert [row["PlanId"] for row in plans["ProvisionedProductPlans"]] == [plan_id]
    code, _, _ = refused(
        shared_catalog.lead.create_provisioned_product_plan, PlanName="second", PlanType="CLOUDFORMATION",
        ProductId=product, ProvisionedProductName=name, ProvisioningArtifactId=version, IdempotencyToken="second",
    )  # fmt: skip
    assert code == "InvalidStateException"
    response = shared_catalog.lead.execute_provisioned_product_plan(PlanId=plan_id, IdempotencyToken=unique("token"))
    assert wait_for_record(shared_catalog.lead, response)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shared_catalog.describe(provisioned_product)["ProvisioningArtifactId"] == version
    name = body["Resources"]["Made"]["Properties"]["Name"]
    assert aws("ssm", shared_catalog.spoke).get_parameter(Name=name)["Parameter"]["Value"] == "two small"


def test_a_deleted_plan_leaves_no_provisioned_product(shared_catalog: SharedCatalog) -> None:
    product = shared_catalog.create_product()
    description = plan(shared_catalog, product, unique("planned"), newest(shared_catalog, product))
    details = description["ProvisionedProductPlanDetails"]
    shared_catalog.lead.delete_provisioned_product_plan(PlanId=details["PlanId"])
    code, _, _ = refused(shared_catalog.lead.describe_provisioned_product, Id=details["ProvisionProductId"])
    assert code == "ResourceNotFoundException"
    code, _, _ = refused(shared_catalog.lead.describe_provisioned_product_plan, PlanId=details["PlanId"])
    assert code == "ResourceNotFoundException"
