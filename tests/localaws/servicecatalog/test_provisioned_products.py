"""Provisioned products: upgrade, failure, retired version, tags, termination, search."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from localaws.conftest import Aws, refused
from tests.localaws.servicecatalog.catalogue import (
    LAUNCH_ACTIONS,
    launch_role,
    policy,
    template,
    unique,
    wait_for_record,
)
from tests.localaws.servicecatalog.shared_catalog import SharedCatalog

pytestmark = pytest.mark.local_only


# ---- versions over time


def test_an_upgrade_in_place_keeps_the_physical_ids(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisionedProduct.html"""
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(
        product, ProvisioningParameters=[{"Key": "Size", "Value": "large"}]
    )
    before = shared_catalog.lead.get_provisioned_product_outputs(ProvisionedProductId=provisioned_product)["Outputs"]
    version = shared_catalog.hub.version(product, "1.1.0", template("two"))
    previous_values = [{"Key": "Size", "UsePreviousValue": True}]
    record = shared_catalog.update(
        provisioned_product, ProvisioningArtifactId=version, ProvisioningParameters=previous_values
    )
    assert record["RecordDetail"]["Status"] == "SUCCEEDED"
    assert (
        shared_catalog.lead.get_provisioned_product_outputs(ProvisionedProductId=provisioned_product)["Outputs"]
        == before
    )
    state = shared_catalog.describe(provisioned_product)
    assert (state["Status"], state["ProvisioningArtifactId"]) == ("AVAILABLE", version)
    assert state["LastSuccessfulProvisioningRecordId"] == record["RecordDetail"]["RecordId"]
    name = next(output["OutputValue"] for output in before if output["OutputKey"] == "Name")
    assert aws("ssm", shared_catalog.spoke).get_parameter(Name=name)["Parameter"]["Value"] == "two large"


def test_a_failed_upgrade_rolls_back_and_is_tainted_until_one_succeeds(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductDetail.html"""
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product)
    first = shared_catalog.describe(provisioned_product)["ProvisioningArtifactId"]
    broken = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Name": "/aws/taken", "Value": "x"}}
    body = json.loads(template("two"))
    body["Resources"]["Broken"] = {**broken, "DependsOn": "Made"}
    shared_catalog.hub.version(product, "1.1.0", json.dumps(body))
    shared_catalog.hub.version(product, "1.1.1", template("three"))
    record = shared_catalog.update(provisioned_product, ProvisioningArtifactName="1.1.0")
    assert record["RecordDetail"]["Status"] == "FAILED"
    assert "Broken" in record["RecordDetail"]["RecordErrors"][0]["Description"]
    state = shared_catalog.describe(provisioned_product)
    assert (state["Status"], state["ProvisioningArtifactId"]) == ("TAINTED", first)
    stack = shared_catalog.stacks(shared_catalog.spoke)[f"SC-{shared_catalog.spoke}-{provisioned_product}"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    name = stack["Outputs"][0]["OutputValue"]
    assert aws("ssm", shared_catalog.spoke).get_parameter(Name=name)["Parameter"]["Value"] == "one small"
    assert (
        shared_catalog.update(provisioned_product, ProvisioningArtifactName="1.1.1")["RecordDetail"]["Status"]
        == "SUCCEEDED"
    )
    assert shared_catalog.describe(provisioned_product)["Status"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("state", "visible", "updatable"),
    [({"Guidance": "DEPRECATED"}, True, True), ({"Active": False}, False, False)],
)
def test_a_retired_version_runs_on_and_is_not_launched_anew(
    shared_catalog: SharedCatalog, state: dict[str, Any], visible: bool, updatable: bool
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningArtifact.html"""
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product)
    version = shared_catalog.describe(provisioned_product)["ProvisioningArtifactId"]
    identifier = {"ProductId": product, "ProvisioningArtifactId": version}
    shared_catalog.hub.catalog.update_provisioning_artifact(**identifier, **state)
    visible_versions = {
        version_detail["Id"]
        for version_detail in shared_catalog.lead.describe_product(Id=product)["ProvisioningArtifacts"]
    }
    assert (version in visible_versions) is visible
    code = refused(shared_catalog.provision, product=product)[0]
    assert code == ("InvalidParametersException" if visible else "ResourceNotFoundException")
    assert shared_catalog.describe(provisioned_product)["Status"] == "AVAILABLE"
    arguments = {
        "ProvisionedProductId": provisioned_product,
        "ProvisioningParameters": [{"Key": "Size", "Value": "huge"}],
    }
    if updatable:
        assert shared_catalog.update(provisioned_product, **arguments)["RecordDetail"]["Status"] == "SUCCEEDED"
    else:
        call = shared_catalog.lead.update_provisioned_product
        assert refused(call, **arguments, UpdateToken=unique("t"))[0] == "ResourceNotFoundException"
    used = {"ProductId": product, "ProvisioningArtifactId": version}
    shared_catalog.hub.version(product, "2")
    assert refused(shared_catalog.hub.catalog.delete_provisioning_artifact, **used)[0] == "ResourceInUseException"


def test_tags_change_only_where_a_constraint_allows_it(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-resourceupdate.html"""
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product)
    arguments = {"ProvisionedProductId": provisioned_product, "Tags": [{"Key": "later", "Value": "x"}]}
    call = shared_catalog.lead.update_provisioned_product
    assert refused(call, **arguments, UpdateToken=unique("t"))[0] == "InvalidParametersException"
    allowed = {"TagUpdateOnProvisionedProduct": "ALLOWED"}
    shared_catalog.hub.constrain(
        shared_catalog.portfolio, product, "RESOURCE_UPDATE", Version="2.0", Properties=allowed
    )
    assert shared_catalog.update(provisioned_product, Tags=arguments["Tags"])["RecordDetail"]["Status"] == "SUCCEEDED"
    tags = shared_catalog.stacks(shared_catalog.spoke)[f"SC-{shared_catalog.spoke}-{provisioned_product}"]["Tags"]
    assert {"Key": "later", "Value": "x"} in tags


def test_one_operation_at_a_time_works_on_a_provisioned_product(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductDetail.html"""
    response = shared_catalog.provision(shared_catalog.create_product())
    identifier = {"ProvisionedProductId": response["RecordDetail"]["ProvisionedProductId"]}
    call = shared_catalog.lead.terminate_provisioned_product
    code, _, message = refused(call, **identifier, TerminateToken=unique("t"))
    assert code == "InvalidParametersException"
    assert "UNDER_CHANGE" in message
    assert wait_for_record(shared_catalog.lead, response)["RecordDetail"]["Status"] == "SUCCEEDED"


def test_the_end_deletes_the_stack_and_forgets_the_provisioned_product(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_TerminateProvisionedProduct.html"""
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product)
    name = shared_catalog.lead.get_provisioned_product_outputs(
        ProvisionedProductId=provisioned_product, OutputKeys=["Name"]
    )
    response = shared_catalog.lead.terminate_provisioned_product(
        ProvisionedProductId=provisioned_product, TerminateToken=unique("t")
    )
    record = wait_for_record(shared_catalog.lead, response)["RecordDetail"]
    assert (record["Status"], record["RecordType"]) == ("SUCCEEDED", "TERMINATE_PROVISIONED_PRODUCT")
    assert (
        refused(shared_catalog.lead.describe_provisioned_product, Id=provisioned_product)[0]
        == "ResourceNotFoundException"
    )
    ssm = aws("ssm", shared_catalog.spoke)
    assert refused(ssm.get_parameter, Name=name["Outputs"][0]["OutputValue"])[0] == "ParameterNotFound"


def test_an_end_that_fails_taints_until_errors_are_ignored(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_TerminateProvisionedProduct.html"""
    name, iam = unique("helpless"), aws("iam", shared_catalog.spoke)
    launch_role(aws("iam", shared_catalog.hub.account), name)
    launch_role(iam, name, *LAUNCH_ACTIONS)
    identifier = {"ProvisionedProductId": shared_catalog.provision_and_wait(shared_catalog.create_product(role=name))}
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy("cloudformation:*"))
    record = wait_for_record(
        shared_catalog.lead, shared_catalog.lead.terminate_provisioned_product(**identifier, TerminateToken=unique("t"))
    )
    assert "ssm:DeleteParameter" in record["RecordDetail"]["RecordErrors"][0]["Description"]
    assert shared_catalog.describe(identifier["ProvisionedProductId"])["Status"] == "TAINTED"
    again = {**identifier, "TerminateToken": unique("t"), "IgnoreErrors": True}
    wait_for_record(shared_catalog.lead, shared_catalog.lead.terminate_provisioned_product(**again))
    call = shared_catalog.lead.describe_provisioned_product
    assert refused(call, Id=identifier["ProvisionedProductId"])[0] == "ResourceNotFoundException"
    stack = shared_catalog.stacks(shared_catalog.spoke)[
        f"SC-{shared_catalog.spoke}-{identifier['ProvisionedProductId']}"
    ]
    assert stack["StackStatus"] == "DELETE_FAILED"


def test_a_share_taken_back_leaves_what_runs(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeletePortfolioShare.html"""
    portfolio = shared_catalog.hub.portfolio()
    product, _ = shared_catalog.hub.product(portfolio)
    shared_catalog.hub.constrain(portfolio, product, "LAUNCH", LocalRoleName="launch-it")
    shared_catalog.hub.grant(portfolio, "arn:aws:iam:::role/lead")
    whole = shared_catalog.hub.aws("organizations").describe_organization()["Organization"]["Id"]
    shared_catalog.hub.share(portfolio, whole, "ORGANIZATION", SharePrincipals=True)
    provisioned_product = shared_catalog.provision_and_wait(product)
    node = {"Type": "ORGANIZATION", "Value": whole}
    shared_catalog.hub.catalog.delete_portfolio_share(PortfolioId=portfolio, OrganizationNode=node)
    assert refused(shared_catalog.provision, product=product)[0] == "ResourceNotFoundException"
    assert shared_catalog.describe(provisioned_product)["Status"] == "AVAILABLE"
    assert f"SC-{shared_catalog.spoke}-{provisioned_product}" in shared_catalog.stacks(shared_catalog.spoke)


# ---- finding


def test_provisioned_products_are_found_by_level_and_by_query(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html"""
    name, product = unique("found"), shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product, ProvisionedProductName=name)
    admin = aws("servicecatalog", shared_catalog.spoke)
    for catalog, level, there in ((shared_catalog.lead, "User", True), (admin, "User", False), (admin, "Role", False),
                                  (admin, "Account", True)):  # fmt: skip
        filters = {"AccessLevelFilter": {"Key": level, "Value": "self"}}
        for query in (f"name:{name}", f"id:{provisioned_product}", f"productId:{product}", name):
            response = catalog.search_provisioned_products(**filters, Filters={"SearchQuery": [query]})
            assert [item["Name"] for item in response["ProvisionedProducts"]] == [name] * there, (level, query)
        scanned = catalog.scan_provisioned_products(**filters, PageSize=20)
        assert there <= (scanned["ProvisionedProducts"] != [])
    call, unknown = shared_catalog.lead.search_provisioned_products, {"SearchQuery": ["colour:blue"]}
    assert refused(call, Filters=unknown)[0] == "InvalidParametersException"
    every = call(SortBy="name", SortOrder="DESCENDING", PageSize=100)["ProvisionedProducts"]
    assert [item["Name"] for item in every] == sorted((item["Name"] for item in every), reverse=True)
    [row] = shared_catalog.lead.search_provisioned_products(Filters={"SearchQuery": [name]})["ProvisionedProducts"]
    assert (row["ProvisioningArtifactName"], row["UserArn"]) == (
        "1.0.0",
        f"arn:aws:iam::{shared_catalog.spoke}:role/lead",
    )
    assert (
        row["PhysicalId"]
        == shared_catalog.stacks(shared_catalog.spoke)[f"SC-{shared_catalog.spoke}-{provisioned_product}"]["StackId"]
    )
    searched = {"Key": "provisionedproduct", "Value": provisioned_product}
    history = shared_catalog.lead.list_record_history(SearchFilter=searched)["RecordDetails"]
    assert [item["RecordType"] for item in history] == ["PROVISION_PRODUCT"]


def test_another_account_finds_none_of_it(
    aws: Aws, shared_catalog: SharedCatalog, member: Callable[[str], str]
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisionedProduct.html"""
    response = shared_catalog.provision(shared_catalog.create_product())
    wait_for_record(shared_catalog.lead, response)
    other, record = aws("servicecatalog", member("launch-other")), response["RecordDetail"]
    assert refused(other.describe_record, Id=record["RecordId"])[0] == "ResourceNotFoundException"
    call = other.describe_provisioned_product
    assert refused(call, Id=record["ProvisionedProductId"])[0] == "ResourceNotFoundException"
    everything = other.search_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"})
    assert everything["TotalResultsCount"] == 0
