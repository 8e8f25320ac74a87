"""What becomes of a launched product: upgrade, failure, retirement of its version, tags, end, search."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from localaws.conftest import Aws, refused
from tests.localaws.servicecatalog.catalogue import MAY_LAUNCH, ended, launch_role, policy, template, unique
from tests.localaws.servicecatalog.shop import Shop

pytestmark = pytest.mark.local_only


# ---- versions over time


def test_an_upgrade_in_place_keeps_the_physical_ids(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisionedProduct.html"""
    product = shop.offer()
    provisioned = shop.launched(product, ProvisioningParameters=[{"Key": "Size", "Value": "large"}])
    before = shop.lead.get_provisioned_product_outputs(ProvisionedProductId=provisioned)["Outputs"]
    version = shop.hub.version(product, "1.1.0", template("two"))
    kept = [{"Key": "Size", "UsePreviousValue": True}]
    record = shop.upgrade(provisioned, ProvisioningArtifactId=version, ProvisioningParameters=kept)
    assert record["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shop.lead.get_provisioned_product_outputs(ProvisionedProductId=provisioned)["Outputs"] == before
    state = shop.state(provisioned)
    assert (state["Status"], state["ProvisioningArtifactId"]) == ("AVAILABLE", version)
    assert state["LastSuccessfulProvisioningRecordId"] == record["RecordDetail"]["RecordId"]
    name = next(it["OutputValue"] for it in before if it["OutputKey"] == "Name")
    assert aws("ssm", shop.spoke).get_parameter(Name=name)["Parameter"]["Value"] == "two large"


def test_a_failed_upgrade_rolls_back_and_is_tainted_until_one_succeeds(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductDetail.html"""
    product = shop.offer()
    provisioned = shop.launched(product)
    first = shop.state(provisioned)["ProvisioningArtifactId"]
    broken = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Name": "/aws/taken", "Value": "x"}}
    body = json.loads(template("two"))
    body["Resources"]["Broken"] = {**broken, "DependsOn": "Made"}
    shop.hub.version(product, "1.1.0", json.dumps(body))
    shop.hub.version(product, "1.1.1", template("three"))
    record = shop.upgrade(provisioned, ProvisioningArtifactName="1.1.0")
    assert record["RecordDetail"]["Status"] == "FAILED"
    assert "Broken" in record["RecordDetail"]["RecordErrors"][0]["Description"]
    state = shop.state(provisioned)
    assert (state["Status"], state["ProvisioningArtifactId"]) == ("TAINTED", first)
    stack = shop.stacks(shop.spoke)[f"SC-{shop.spoke}-{provisioned}"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    name = stack["Outputs"][0]["OutputValue"]
    assert aws("ssm", shop.spoke).get_parameter(Name=name)["Parameter"]["Value"] == "one small"
    assert shop.upgrade(provisioned, ProvisioningArtifactName="1.1.1")["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shop.state(provisioned)["Status"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("state", "visible", "updatable"),
    [({"Guidance": "DEPRECATED"}, True, True), ({"Active": False}, False, False)],
)
def test_a_retired_version_runs_on_and_is_not_launched_anew(
    shop: Shop, state: dict[str, Any], visible: bool, updatable: bool
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningArtifact.html"""
    product = shop.offer()
    provisioned = shop.launched(product)
    version = shop.state(provisioned)["ProvisioningArtifactId"]
    named = {"ProductId": product, "ProvisioningArtifactId": version}
    shop.hub.catalog.update_provisioning_artifact(**named, **state)
    shown = {it["Id"] for it in shop.lead.describe_product(Id=product)["ProvisioningArtifacts"]}
    assert (version in shown) is visible
    code = refused(shop.launch, product=product)[0]
    assert code == ("InvalidParametersException" if visible else "ResourceNotFoundException")
    assert shop.state(provisioned)["Status"] == "AVAILABLE"
    given = {"ProvisionedProductId": provisioned, "ProvisioningParameters": [{"Key": "Size", "Value": "huge"}]}
    if updatable:
        assert shop.upgrade(provisioned, **given)["RecordDetail"]["Status"] == "SUCCEEDED"
    else:
        call = shop.lead.update_provisioned_product
        assert refused(call, **given, UpdateToken=unique("t"))[0] == "ResourceNotFoundException"
    used = {"ProductId": product, "ProvisioningArtifactId": version}
    shop.hub.version(product, "2")
    assert refused(shop.hub.catalog.delete_provisioning_artifact, **used)[0] == "ResourceInUseException"


def test_tags_change_only_where_a_constraint_allows_it(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-resourceupdate.html"""
    product = shop.offer()
    provisioned = shop.launched(product)
    given = {"ProvisionedProductId": provisioned, "Tags": [{"Key": "later", "Value": "x"}]}
    call = shop.lead.update_provisioned_product
    assert refused(call, **given, UpdateToken=unique("t"))[0] == "InvalidParametersException"
    allowed = {"TagUpdateOnProvisionedProduct": "ALLOWED"}
    shop.hub.constrain(shop.portfolio, product, "RESOURCE_UPDATE", Version="2.0", Properties=allowed)
    assert shop.upgrade(provisioned, Tags=given["Tags"])["RecordDetail"]["Status"] == "SUCCEEDED"
    tags = shop.stacks(shop.spoke)[f"SC-{shop.spoke}-{provisioned}"]["Tags"]
    assert {"Key": "later", "Value": "x"} in tags


def test_one_operation_at_a_time_works_on_a_provisioned_product(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductDetail.html"""
    begun = shop.launch(shop.offer())
    named = {"ProvisionedProductId": begun["RecordDetail"]["ProvisionedProductId"]}
    call = shop.lead.terminate_provisioned_product
    code, _, message = refused(call, **named, TerminateToken=unique("t"))
    assert code == "InvalidParametersException"
    assert "UNDER_CHANGE" in message
    assert ended(shop.lead, begun)["RecordDetail"]["Status"] == "SUCCEEDED"


def test_the_end_deletes_the_stack_and_forgets_the_provisioned_product(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_TerminateProvisionedProduct.html"""
    product = shop.offer()
    provisioned = shop.launched(product)
    name = shop.lead.get_provisioned_product_outputs(ProvisionedProductId=provisioned, OutputKeys=["Name"])
    begun = shop.lead.terminate_provisioned_product(ProvisionedProductId=provisioned, TerminateToken=unique("t"))
    record = ended(shop.lead, begun)["RecordDetail"]
    assert (record["Status"], record["RecordType"]) == ("SUCCEEDED", "TERMINATE_PROVISIONED_PRODUCT")
    assert refused(shop.lead.describe_provisioned_product, Id=provisioned)[0] == "ResourceNotFoundException"
    ssm = aws("ssm", shop.spoke)
    assert refused(ssm.get_parameter, Name=name["Outputs"][0]["OutputValue"])[0] == "ParameterNotFound"


def test_an_end_that_fails_taints_until_errors_are_ignored(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_TerminateProvisionedProduct.html"""
    name, iam = unique("helpless"), aws("iam", shop.spoke)
    launch_role(aws("iam", shop.hub.account), name)
    launch_role(iam, name, *MAY_LAUNCH)
    named = {"ProvisionedProductId": shop.launched(shop.offer(role=name))}
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy("cloudformation:*"))
    record = ended(shop.lead, shop.lead.terminate_provisioned_product(**named, TerminateToken=unique("t")))
    assert "ssm:DeleteParameter" in record["RecordDetail"]["RecordErrors"][0]["Description"]
    assert shop.state(named["ProvisionedProductId"])["Status"] == "TAINTED"
    again = {**named, "TerminateToken": unique("t"), "IgnoreErrors": True}
    ended(shop.lead, shop.lead.terminate_provisioned_product(**again))
    call = shop.lead.describe_provisioned_product
    assert refused(call, Id=named["ProvisionedProductId"])[0] == "ResourceNotFoundException"
    stack = shop.stacks(shop.spoke)[f"SC-{shop.spoke}-{named['ProvisionedProductId']}"]
    assert stack["StackStatus"] == "DELETE_FAILED"


def test_a_share_taken_back_leaves_what_runs(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeletePortfolioShare.html"""
    portfolio = shop.hub.portfolio()
    product, _ = shop.hub.product(portfolio)
    shop.hub.constrain(portfolio, product, "LAUNCH", LocalRoleName="launch-it")
    shop.hub.grant(portfolio, "arn:aws:iam:::role/lead")
    whole = shop.hub.aws("organizations").describe_organization()["Organization"]["Id"]
    shop.hub.share(portfolio, whole, "ORGANIZATION", SharePrincipals=True)
    provisioned = shop.launched(product)
    node = {"Type": "ORGANIZATION", "Value": whole}
    shop.hub.catalog.delete_portfolio_share(PortfolioId=portfolio, OrganizationNode=node)
    assert refused(shop.launch, product=product)[0] == "ResourceNotFoundException"
    assert shop.state(provisioned)["Status"] == "AVAILABLE"
    assert f"SC-{shop.spoke}-{provisioned}" in shop.stacks(shop.spoke)


# ---- finding


def test_provisioned_products_are_found_by_level_and_by_query(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html"""
    name, product = unique("found"), shop.offer()
    provisioned = shop.launched(product, ProvisionedProductName=name)
    admin = aws("servicecatalog", shop.spoke)
    for catalog, level, there in ((shop.lead, "User", True), (admin, "User", False), (admin, "Role", False),
                                  (admin, "Account", True)):  # fmt: skip
        filters = {"AccessLevelFilter": {"Key": level, "Value": "self"}}
        for query in (f"name:{name}", f"id:{provisioned}", f"productId:{product}", name):
            found = catalog.search_provisioned_products(**filters, Filters={"SearchQuery": [query]})
            assert [it["Name"] for it in found["ProvisionedProducts"]] == [name] * there, (level, query)
        scanned = catalog.scan_provisioned_products(**filters, PageSize=20)
        assert there <= (scanned["ProvisionedProducts"] != [])
    call, unknown = shop.lead.search_provisioned_products, {"SearchQuery": ["colour:blue"]}
    assert refused(call, Filters=unknown)[0] == "InvalidParametersException"
    every = call(SortBy="name", SortOrder="DESCENDING", PageSize=100)["ProvisionedProducts"]
    assert [it["Name"] for it in every] == sorted((it["Name"] for it in every), reverse=True)
    [row] = shop.lead.search_provisioned_products(Filters={"SearchQuery": [name]})["ProvisionedProducts"]
    assert (row["ProvisioningArtifactName"], row["UserArn"]) == ("1.0.0", f"arn:aws:iam::{shop.spoke}:role/lead")
    assert row["PhysicalId"] == shop.stacks(shop.spoke)[f"SC-{shop.spoke}-{provisioned}"]["StackId"]
    searched = {"Key": "provisionedproduct", "Value": provisioned}
    history = shop.lead.list_record_history(SearchFilter=searched)["RecordDetails"]
    assert [it["RecordType"] for it in history] == ["PROVISION_PRODUCT"]


def test_another_account_finds_none_of_it(aws: Aws, shop: Shop, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisionedProduct.html"""
    begun = shop.launch(shop.offer())
    ended(shop.lead, begun)
    other, record = aws("servicecatalog", member("launch-other")), begun["RecordDetail"]
    assert refused(other.describe_record, Id=record["RecordId"])[0] == "ResourceNotFoundException"
    call = other.describe_provisioned_product
    assert refused(call, Id=record["ProvisionedProductId"])[0] == "ResourceNotFoundException"
    everything = other.search_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"})
    assert everything["TotalResultsCount"] == 0
