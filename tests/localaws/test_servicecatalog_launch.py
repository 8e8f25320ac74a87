"""Service Catalog as the end user sees it: launch, upgrade, failure, end; under whose role and in which account."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from .catalogue import MAY_LAUNCH, Hub, ended, launch_role, policy, template, unique, user_role, with_bucket
from .conftest import Aws, refused

pytestmark = pytest.mark.local_only


@dataclass
class Shop:
    """A portfolio that the whole organisation sees, and its lead in a spoke, who may nothing but use the catalogue."""

    hub: Hub
    spoke: str
    portfolio: str

    @property
    def lead(self) -> Any:
        return self.hub.aws("servicecatalog", self.spoke, "lead")

    def stacks(self, account: str) -> dict[str, dict[str, Any]]:
        """Stacks of an account by name, those that are gone too."""
        cloudformation = self.hub.aws("cloudformation", account)
        return {it["StackName"]: it for it in cloudformation.describe_stacks()["Stacks"]}

    def offer(self, body: str = "", role: str = "launch-it") -> str:
        """A product that is launched under the spoke's role."""
        product, _ = self.hub.product(self.portfolio, body)
        if role:
            self.hub.constrain(self.portfolio, product, "LAUNCH", LocalRoleName=role)
        return product

    def launch(self, product: str, catalog: Any = None, version: str = "1.0.0", **more: Any) -> dict[str, Any]:
        """The answer of ProvisionProduct."""
        given = {"ProvisionedProductName": unique("launched"), "ProvisionToken": unique("t"), **more}
        catalog = catalog or self.lead
        made: dict[str, Any] = catalog.provision_product(ProductId=product, ProvisioningArtifactName=version, **given)
        return made

    def launched(self, product: str, **more: Any) -> str:
        """The id of a provisioned product that is there."""
        record = ended(self.lead, self.launch(product, **more))["RecordDetail"]
        assert (record["Status"], record["RecordErrors"]) == ("SUCCEEDED", [])
        return str(record["ProvisionedProductId"])

    def upgrade(self, provisioned: str, **more: Any) -> dict[str, Any]:
        """The record at its end."""
        given = {"ProvisionedProductId": provisioned, "UpdateToken": unique("t"), **more}
        return ended(self.lead, self.lead.update_provisioned_product(**given))

    def state(self, provisioned: str) -> dict[str, Any]:
        found: dict[str, Any] = self.lead.describe_provisioned_product(Id=provisioned)["ProvisionedProductDetail"]
        return found


@pytest.fixture(scope="module")
def shop(aws: Aws, member: Callable[[str], str], organisation: dict[str, Any]) -> Shop:
    hub, spoke = with_bucket(aws, member("launch-hub")), member("launch-spoke")
    aws("servicecatalog").enable_aws_organizations_access()
    service = "servicecatalog.amazonaws.com"
    aws("organizations").register_delegated_administrator(AccountId=hub.account, ServicePrincipal=service)
    for account in (hub.account, spoke):
        launch_role(aws("iam", account), "launch-it", *MAY_LAUNCH)
    user_role(aws("iam", spoke), spoke, "lead")
    shop = Shop(hub, spoke, hub.portfolio("data-science"))
    hub.grant(shop.portfolio, "arn:aws:iam:::role/lead")
    hub.share(shop.portfolio, organisation["Id"], "ORGANIZATION", SharePrincipals=True, ShareTagOptions=True)
    return shop


# ---- where it lands, and with whose rights


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
