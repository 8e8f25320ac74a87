"""Service Catalog as the end user sees it: launch, upgrade, failure, end; under whose role and in which account."""

import json

import pytest

from localaws.conftest import Aws, refused
from tests.localaws.servicecatalog.catalogue import MAY_LAUNCH, ended, launch_role, unique, user_role
from tests.localaws.servicecatalog.shop import Shop

pytestmark = pytest.mark.local_only


# ---- where it lands, and with whose rights


@pytest.mark.control(38)
def test_a_local_role_puts_the_stack_into_the_spoke_for_a_user_who_may_create_nothing(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    product = shop.offer()
    begun = shop.launch(product)
    assert begun["RecordDetail"]["Status"] == "CREATED"
    record = ended(shop.lead, begun)
    detail, outputs = record["RecordDetail"], {it["OutputKey"]: it["OutputValue"] for it in record["RecordOutputs"]}
    assert (detail["Status"], detail["RecordType"]) == ("SUCCEEDED", "PROVISION_PRODUCT")
    assert detail["LaunchRoleArn"] == f"arn:aws:iam::{shop.spoke}:role/launch-it"
    name = f"SC-{shop.spoke}-{detail['ProvisionedProductId']}"
    stack = shop.stacks(shop.spoke)[name]
    assert outputs == {"CloudformationStackARN": stack["StackId"], "Name": stack["Outputs"][0]["OutputValue"]}
    assert name not in shop.stacks(shop.hub.account)
    aws("ssm", shop.spoke).get_parameter(Name=outputs["Name"])
    found = shop.lead.get_provisioned_product_outputs(
        ProvisionedProductId=detail["ProvisionedProductId"], OutputKeys=["Name"]
    )
    assert [it["OutputValue"] for it in found["Outputs"]] == [outputs["Name"]]


def test_a_role_of_the_hub_puts_the_stack_into_the_hub(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    product = shop.offer(role="")
    role = f"arn:aws:iam::{shop.hub.account}:role/launch-it"
    shop.hub.constrain(shop.portfolio, product, "LAUNCH", RoleArn=role)
    name = f"SC-{shop.spoke}-{shop.launched(product)}"
    assert name in shop.stacks(shop.hub.account)
    assert name not in shop.stacks(shop.spoke)


def test_without_a_launch_constraint_the_users_own_rights_count(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    product = shop.offer(role="")
    failed = ended(shop.lead, shop.launch(product))["RecordDetail"]
    assert (failed["Status"], shop.state(failed["ProvisionedProductId"])["Status"]) == ("FAILED", "ERROR")
    assert "assumed-role/lead/tests is not authorized" in failed["RecordErrors"][0]["Description"]
    user_role(aws("iam", shop.spoke), shop.spoke, "builder", "servicecatalog:*", *MAY_LAUNCH)
    shop.hub.grant(shop.portfolio, "arn:aws:iam:::role/builder")
    builder = aws("servicecatalog", shop.spoke, "builder")
    assert ended(builder, shop.launch(product, builder))["RecordDetail"]["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        (("cloudformation:*", "ssm:*"), "s3:GetObject"),
        (("ssm:*", "s3:GetObject"), "cloudformation:CreateStack"),
        (("ssm:*", "s3:GetObject", "cloudformation:*Stack*"), "cloudformation:GetTemplateSummary"),
        (("cloudformation:*", "s3:GetObject"), "ssm:PutParameter"),
    ],
)
def test_what_the_launch_role_may_not_do_fails_the_launch(
    aws: Aws, shop: Shop, actions: tuple[str, ...], told: str
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    name = unique("weak")
    for account in (shop.hub.account, shop.spoke):
        launch_role(aws("iam", account), name, *actions)
    record = ended(shop.lead, shop.launch(shop.offer(role=name)))["RecordDetail"]
    assert record["Status"] == "FAILED"
    assert told in record["RecordErrors"][0]["Description"]
    state = shop.state(record["ProvisionedProductId"])
    assert state["Status"] == "ERROR"
    assert told in state["StatusMessage"]
    stack = shop.stacks(shop.spoke).get(f"SC-{shop.spoke}-{record['ProvisionedProductId']}", {})
    assert stack.get("StackStatus", "ROLLBACK_COMPLETE") == "ROLLBACK_COMPLETE"
    gone = shop.lead.terminate_provisioned_product(
        ProvisionedProductId=record["ProvisionedProductId"], TerminateToken=unique("t"), IgnoreErrors=True
    )
    ended(shop.lead, gone)
    call = shop.lead.describe_provisioned_product
    assert refused(call, Id=record["ProvisionedProductId"])[0] == "ResourceNotFoundException"


def test_a_launch_role_must_trust_service_catalog(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    name = unique("distrustful")
    launch_role(aws("iam", shop.hub.account), name)
    user_role(aws("iam", shop.spoke), shop.spoke, name, *MAY_LAUNCH)
    record = ended(shop.lead, shop.launch(shop.offer(role=name)))["RecordDetail"]
    assert record["Status"] == "FAILED"
    assert "sts:AssumeRole" in record["RecordErrors"][0]["Description"]


@pytest.mark.parametrize(("source", "status"), [("spoke", "SUCCEEDED"), ("hub", "FAILED")])
def test_service_catalog_says_for_which_account_it_launches(aws: Aws, shop: Shop, source: str, status: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/security_iam_cross-service-confused-deputy.html"""
    name, account = unique("for"), shop.spoke if source == "spoke" else shop.hub.account
    launch_role(aws("iam", shop.hub.account), name)
    launch_role(aws("iam", shop.spoke), name, *MAY_LAUNCH, source_account=account)
    assert ended(shop.lead, shop.launch(shop.offer(role=name)))["RecordDetail"]["Status"] == status


# ---- what a launch asks and checks


def test_the_form_tells_parameters_outputs_constraints_and_the_role(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html"""
    product = shop.offer()
    rules = {"Small": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Size"}, "small"]}}]}}
    shop.hub.constrain(shop.portfolio, product, "TEMPLATE", Rules=rules)
    form = shop.lead.describe_provisioning_parameters(ProductId=product, ProvisioningArtifactName="1.0.0")
    assert [it["ParameterKey"] for it in form["ProvisioningArtifactParameters"]] == ["Size"]
    assert form["ProvisioningArtifactOutputKeys"] == [{"Key": "Name", "Description": "Where it is"}]
    assert {it["Type"] for it in form["ConstraintSummaries"]} == {"LAUNCH", "TEMPLATE"}
    told = {it["Type"]: it["Value"] for it in form["UsageInstructions"]}
    assert told["launchAsRole"] == f"arn:aws:iam::{shop.spoke}:role/launch-it"
    assert json.loads(told["rules"]) == rules


@pytest.mark.parametrize(("size", "status"), [("small", "SUCCEEDED"), ("large", "FAILED"), ("giant", "FAILED")])
def test_a_template_constraint_and_the_template_judge_the_parameters(shop: Shop, size: str, status: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_constraints_template-constraints.html"""
    product = shop.offer()
    said = {"Assert": {"Fn::Equals": [{"Ref": "Size"}, "small"]}, "AssertDescription": "only small ones"}
    shop.hub.constrain(shop.portfolio, product, "TEMPLATE", Rules={"Small": {"Assertions": [said]}})
    shop.hub.constrain(shop.portfolio, product, "TEMPLATE", Rules={"Small": {"Assertions": []}})
    record = ended(shop.lead, shop.launch(product, ProvisioningParameters=[{"Key": "Size", "Value": size}]))
    assert record["RecordDetail"]["Status"] == status
    told = "".join(it["Description"] for it in record["RecordDetail"]["RecordErrors"])
    assert ("only small ones" in told) is (size == "large")


def tags(shop: Shop, provisioned: str) -> dict[str, str]:
    """The tags of the stack."""
    return {it["Key"]: it["Value"] for it in shop.stacks(shop.spoke)[f"SC-{shop.spoke}-{provisioned}"]["Tags"]}


def test_tag_options_tag_what_is_launched(aws: Aws, shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-launching.html"""
    product, alone, choice, off = shop.offer(), unique("alone"), unique("choice"), unique("off")
    for key, value in ((alone, "a"), (choice, "a"), (choice, "b")):
        shop.hub.tag_option(key, value, product)
    shop.hub.catalog.update_tag_option(Id=shop.hub.tag_option(off, "a", product), Active=False)
    code, _, message = refused(shop.launch, product=product)
    assert (code, f"{choice} is required" in message) == ("InvalidParametersException", True)
    other = [{"Key": choice, "Value": "other"}]
    assert refused(shop.launch, product=product, Tags=other)[0] == "InvalidParametersException"
    chosen = [{"Key": choice, "Value": "b"}, {"Key": "mine", "Value": "x"}]
    provisioned = shop.launched(product, Tags=chosen)
    record = shop.lead.describe_record(Id=shop.state(provisioned)["LastRecordId"])["RecordDetail"]
    assert record["RecordTags"] == chosen, "the user's own"
    own = {alone: "a", choice: "b", "mine": "x"}
    assert {key: value for key, value in tags(shop, provisioned).items() if not key.startswith("aws:")} == own
    named = {"ProvisionedProductId": provisioned, "OutputKeys": ["Name"]}
    [made] = shop.lead.get_provisioned_product_outputs(**named)["Outputs"]
    ssm = aws("ssm", shop.spoke)
    carried = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=made["OutputValue"])["TagList"]
    assert own.items() <= {it["Key"]: it["Value"] for it in carried}.items()


def test_tag_options_that_contradict_each_other_show_in_the_tag(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html"""
    product, both, none = shop.offer(), unique("both"), unique("none")
    made = [shop.hub.tag_option(both, "a", product), shop.hub.tag_option(both, "b", product)]
    made += [shop.hub.tag_option(none, "a", product), shop.hub.tag_option(none, "b", shop.portfolio)]
    shop.hub.catalog.associate_tag_option_with_resource(ResourceId=shop.portfolio, TagOptionId=made[1])
    try:
        form = shop.lead.describe_provisioning_parameters(ProductId=product, ProvisioningArtifactName="1.0.0")
        assert {it["Key"]: it["Values"] for it in form["TagOptions"]} == {both: ["b"], none: []}
        found = tags(shop, shop.launched(product))
    finally:
        for option in (made[1], made[3]):
            shop.hub.catalog.disassociate_tag_option_from_resource(ResourceId=shop.portfolio, TagOptionId=option)
    assert (found[both], found[none]) == ("b", f"sc-tagoption-conflict-{shop.portfolio}-{product}")


def test_aws_adds_tags_of_its_own_to_the_stack(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/autotags.html"""
    product = shop.offer()
    provisioned = shop.launched(product)
    state, start = shop.state(provisioned), f"arn:aws:catalog:eu-west-2:{shop.hub.account}:"
    assert tags(shop, provisioned) == {
        "aws:servicecatalog:portfolioArn": f"{start}portfolio/{shop.portfolio}",
        "aws:servicecatalog:productArn": f"{start}product/{product}",
        "aws:servicecatalog:provisioningPrincipalArn": f"arn:aws:sts::{shop.spoke}:assumed-role/lead/tests",
        "aws:servicecatalog:provisionedProductArn": state["Arn"],
        "aws:servicecatalog:provisioningArtifactIdentifier": state["ProvisioningArtifactId"],
    }


def test_a_launch_is_done_once_for_one_token_and_one_name(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html"""
    product, given = shop.offer(), {"ProvisionedProductName": unique("once"), "ProvisionToken": unique("t")}
    first, again = (shop.launch(product, **given)["RecordDetail"]["RecordId"] for _ in range(2))
    assert first == again
    other = {**given, "Tags": [{"Key": "a", "Value": "b"}]}
    assert refused(shop.launch, product=product, **other)[0] == "InvalidParametersException"
    code, _, message = refused(shop.launch, product=product, **{**given, "ProvisionToken": unique("t")})
    assert code == "InvalidParametersException"
    assert "already exists" in message


def test_a_product_of_two_portfolios_asks_for_the_path(shop: Shop) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListLaunchPaths.html"""
    product, second = shop.offer(), shop.hub.portfolio("second")
    shop.hub.catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=second)
    shop.hub.constrain(second, product, "LAUNCH", LocalRoleName="launch-it")
    shop.hub.grant(second, "arn:aws:iam:::role/lead")
    shop.hub.share(second, shop.spoke, "ACCOUNT")
    admin = shop.hub.aws("servicecatalog", shop.spoke)
    admin.associate_principal_with_portfolio(
        PortfolioId=second, PrincipalARN=f"arn:aws:iam::{shop.spoke}:role/lead", PrincipalType="IAM"
    )
    paths = shop.lead.list_launch_paths(ProductId=product)["LaunchPathSummaries"]
    assert [it["Name"] for it in paths] == ["data-science", "second"]
    assert all(it["Id"].startswith("lpv") for it in paths)
    assert "path" in refused(shop.launch, product=product)[2]
    record = ended(shop.lead, shop.launch(product, PathName="second"))["RecordDetail"]
    assert (record["Status"], record["PathId"]) == ("SUCCEEDED", paths[1]["Id"])
    named = {"provisioned": record["ProvisionedProductId"], "ProvisioningArtifactName": "1.0.0"}
    for path, wanted, size in (({}, paths[1], "large"), ({"PathName": "data-science"}, paths[0], "huge")):
        kept = shop.upgrade(**named, **path, ProvisioningParameters=[{"Key": "Size", "Value": size}])["RecordDetail"]
        assert (kept["Status"], kept["PathId"]) == ("SUCCEEDED", wanted["Id"])
