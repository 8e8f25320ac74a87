"""Service Catalog as the end user sees it: launch, upgrade, failure, end; under whose role and in which account."""

import json

import pytest

from localaws.conftest import Aws, refused
from tests.localaws.servicecatalog.catalogue import LAUNCH_ACTIONS, launch_role, unique, user_role, wait_for_record
from tests.localaws.servicecatalog.shared_catalog import SharedCatalog

pytestmark = pytest.mark.local_only


# ---- where it lands, and with whose rights


@pytest.mark.control(38)
def test_a_local_role_puts_the_stack_into_the_spoke_for_a_user_who_may_create_nothing(
    aws: Aws, shared_catalog: SharedCatalog
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    product = shared_catalog.create_product()
    response = shared_catalog.provision(product)
    assert response["RecordDetail"]["Status"] == "CREATED"
    record = wait_for_record(shared_catalog.lead, response)
    detail, outputs = (
        record["RecordDetail"],
        {output["OutputKey"]: output["OutputValue"] for output in record["RecordOutputs"]},
    )
    assert (detail["Status"], detail["RecordType"]) == ("SUCCEEDED", "PROVISION_PRODUCT")
    assert detail["LaunchRoleArn"] == f"arn:aws:iam::{shared_catalog.spoke}:role/launch-it"
    name = f"SC-{shared_catalog.spoke}-{detail['ProvisionedProductId']}"
    stack = shared_catalog.stacks(shared_catalog.spoke)[name]
    assert outputs == {"CloudformationStackARN": stack["StackId"], "Name": stack["Outputs"][0]["OutputValue"]}
    assert name not in shared_catalog.stacks(shared_catalog.hub.account)
    aws("ssm", shared_catalog.spoke).get_parameter(Name=outputs["Name"])
    response = shared_catalog.lead.get_provisioned_product_outputs(
        ProvisionedProductId=detail["ProvisionedProductId"], OutputKeys=["Name"]
    )
    assert [output["OutputValue"] for output in response["Outputs"]] == [outputs["Name"]]


def test_a_role_of_the_hub_puts_the_stack_into_the_hub(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    product = shared_catalog.create_product(role="")
    role = f"arn:aws:iam::{shared_catalog.hub.account}:role/launch-it"
    shared_catalog.hub.constrain(shared_catalog.portfolio, product, "LAUNCH", RoleArn=role)
    name = f"SC-{shared_catalog.spoke}-{shared_catalog.provision_and_wait(product)}"
    assert name in shared_catalog.stacks(shared_catalog.hub.account)
    assert name not in shared_catalog.stacks(shared_catalog.spoke)


def test_without_a_launch_constraint_the_users_own_rights_count(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    product = shared_catalog.create_product(role="")
    failed = wait_for_record(shared_catalog.lead, shared_catalog.provision(product))["RecordDetail"]
    assert (failed["Status"], shared_catalog.describe(failed["ProvisionedProductId"])["Status"]) == ("FAILED", "ERROR")
    assert "assumed-role/lead/tests is not authorized" in failed["RecordErrors"][0]["Description"]
    user_role(aws("iam", shared_catalog.spoke), shared_catalog.spoke, "builder", "servicecatalog:*", *LAUNCH_ACTIONS)
    shared_catalog.hub.grant(shared_catalog.portfolio, "arn:aws:iam:::role/builder")
    builder = aws("servicecatalog", shared_catalog.spoke, "builder")
    assert wait_for_record(builder, shared_catalog.provision(product, builder))["RecordDetail"]["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("actions", "message_part"),
    [
        (("cloudformation:*", "ssm:*"), "s3:GetObject"),
        (("ssm:*", "s3:GetObject"), "cloudformation:CreateStack"),
        (("ssm:*", "s3:GetObject", "cloudformation:*Stack*"), "cloudformation:GetTemplateSummary"),
        (("cloudformation:*", "s3:GetObject"), "ssm:PutParameter"),
    ],
)
def test_what_the_launch_role_may_not_do_fails_the_launch(
    aws: Aws, shared_catalog: SharedCatalog, actions: tuple[str, ...], message_part: str
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    name = unique("weak")
    for account in (shared_catalog.hub.account, shared_catalog.spoke):
        launch_role(aws("iam", account), name, *actions)
    record = wait_for_record(shared_catalog.lead, shared_catalog.provision(shared_catalog.create_product(role=name)))[
        "RecordDetail"
    ]
    assert record["Status"] == "FAILED"
    assert message_part in record["RecordErrors"][0]["Description"]
    state = shared_catalog.describe(record["ProvisionedProductId"])
    assert state["Status"] == "ERROR"
    assert message_part in state["StatusMessage"]
    stack = shared_catalog.stacks(shared_catalog.spoke).get(
        f"SC-{shared_catalog.spoke}-{record['ProvisionedProductId']}", {}
    )
    assert stack.get("StackStatus", "ROLLBACK_COMPLETE") == "ROLLBACK_COMPLETE"
    gone = shared_catalog.lead.terminate_provisioned_product(
        ProvisionedProductId=record["ProvisionedProductId"], TerminateToken=unique("t"), IgnoreErrors=True
    )
    wait_for_record(shared_catalog.lead, gone)
    call = shared_catalog.lead.describe_provisioned_product
    assert refused(call, Id=record["ProvisionedProductId"])[0] == "ResourceNotFoundException"


def test_a_launch_role_must_trust_service_catalog(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"""
    name = unique("distrustful")
    launch_role(aws("iam", shared_catalog.hub.account), name)
    user_role(aws("iam", shared_catalog.spoke), shared_catalog.spoke, name, *LAUNCH_ACTIONS)
    record = wait_for_record(shared_catalog.lead, shared_catalog.provision(shared_catalog.create_product(role=name)))[
        "RecordDetail"
    ]
    assert record["Status"] == "FAILED"
    assert "sts:AssumeRole" in record["RecordErrors"][0]["Description"]


@pytest.mark.parametrize(("source", "status"), [("spoke", "SUCCEEDED"), ("hub", "FAILED")])
def test_service_catalog_says_for_which_account_it_launches(
    aws: Aws, shared_catalog: SharedCatalog, source: str, status: str
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/security_iam_cross-service-confused-deputy.html"""
    name, account = unique("for"), shared_catalog.spoke if source == "spoke" else shared_catalog.hub.account
    launch_role(aws("iam", shared_catalog.hub.account), name)
    launch_role(aws("iam", shared_catalog.spoke), name, *LAUNCH_ACTIONS, source_account=account)
    assert (
        wait_for_record(shared_catalog.lead, shared_catalog.provision(shared_catalog.create_product(role=name)))[
            "RecordDetail"
        ]["Status"]
        == status
    )


# ---- what a launch asks and checks


def test_the_form_tells_parameters_outputs_constraints_and_the_role(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html"""
    product = shared_catalog.create_product()
    rules = {"Small": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Size"}, "small"]}}]}}
    shared_catalog.hub.constrain(shared_catalog.portfolio, product, "TEMPLATE", Rules=rules)
    form = shared_catalog.lead.describe_provisioning_parameters(ProductId=product, ProvisioningArtifactName="1.0.0")
    assert [item["ParameterKey"] for item in form["ProvisioningArtifactParameters"]] == ["Size"]
    assert form["ProvisioningArtifactOutputKeys"] == [{"Key": "Name", "Description": "Where it is"}]
    assert {item["Type"] for item in form["ConstraintSummaries"]} == {"LAUNCH", "TEMPLATE"}
    instructions = {item["Type"]: item["Value"] for item in form["UsageInstructions"]}
    assert instructions["launchAsRole"] == f"arn:aws:iam::{shared_catalog.spoke}:role/launch-it"
    assert json.loads(instructions["rules"]) == rules


@pytest.mark.parametrize(("size", "status"), [("small", "SUCCEEDED"), ("large", "FAILED"), ("giant", "FAILED")])
def test_a_template_constraint_and_the_template_judge_the_parameters(
    shared_catalog: SharedCatalog, size: str, status: str
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_constraints_template-constraints.html"""
    product = shared_catalog.create_product()
    assertion = {"Assert": {"Fn::Equals": [{"Ref": "Size"}, "small"]}, "AssertDescription": "only small ones"}
    shared_catalog.hub.constrain(
        shared_catalog.portfolio, product, "TEMPLATE", Rules={"Small": {"Assertions": [assertion]}}
    )
    shared_catalog.hub.constrain(shared_catalog.portfolio, product, "TEMPLATE", Rules={"Small": {"Assertions": []}})
    record = wait_for_record(
        shared_catalog.lead, shared_catalog.provision(product, ProvisioningParameters=[{"Key": "Size", "Value": size}])
    )
    assert record["RecordDetail"]["Status"] == status
    message = "".join(error["Description"] for error in record["RecordDetail"]["RecordErrors"])
    assert ("only small ones" in message) is (size == "large")


def tags(shared_catalog: SharedCatalog, provisioned_product: str) -> dict[str, str]:
    """The tags of the stack."""
    return {
        tag["Key"]: tag["Value"]
        for tag in shared_catalog.stacks(shared_catalog.spoke)[f"SC-{shared_catalog.spoke}-{provisioned_product}"][
            "Tags"
        ]
    }


def test_tag_options_tag_what_is_launched(aws: Aws, shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-launching.html"""
    product, alone, choice, off = shared_catalog.create_product(), unique("alone"), unique("choice"), unique("off")
    for key, value in ((alone, "a"), (choice, "a"), (choice, "b")):
        shared_catalog.hub.tag_option(key, value, product)
    shared_catalog.hub.catalog.update_tag_option(Id=shared_catalog.hub.tag_option(off, "a", product), Active=False)
    code, _, message = refused(shared_catalog.provision, product=product)
    assert (code, f"{choice} is required" in message) == ("InvalidParametersException", True)
    other = [{"Key": choice, "Value": "other"}]
    assert refused(shared_catalog.provision, product=product, Tags=other)[0] == "InvalidParametersException"
    chosen = [{"Key": choice, "Value": "b"}, {"Key": "mine", "Value": "x"}]
    provisioned_product = shared_catalog.provision_and_wait(product, Tags=chosen)
    record = shared_catalog.lead.describe_record(Id=shared_catalog.describe(provisioned_product)["LastRecordId"])[
        "RecordDetail"
    ]
    assert record["RecordTags"] == chosen, "the user's own"
    own = {alone: "a", choice: "b", "mine": "x"}
    assert {
        key: value for key, value in tags(shared_catalog, provisioned_product).items() if not key.startswith("aws:")
    } == own
    identifier = {"ProvisionedProductId": provisioned_product, "OutputKeys": ["Name"]}
    [output] = shared_catalog.lead.get_provisioned_product_outputs(**identifier)["Outputs"]
    ssm = aws("ssm", shared_catalog.spoke)
    resource_tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=output["OutputValue"])["TagList"]
    assert own.items() <= {tag["Key"]: tag["Value"] for tag in resource_tags}.items()


def test_tag_options_that_contradict_each_other_show_in_the_tag(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html"""
    product, both, none = shared_catalog.create_product(), unique("both"), unique("none")
    options = [shared_catalog.hub.tag_option(both, "a", product), shared_catalog.hub.tag_option(both, "b", product)]
    options += [
        shared_catalog.hub.tag_option(none, "a", product),
        shared_catalog.hub.tag_option(none, "b", shared_catalog.portfolio),
    ]
    shared_catalog.hub.catalog.associate_tag_option_with_resource(
        ResourceId=shared_catalog.portfolio, TagOptionId=options[1]
    )
    try:
        form = shared_catalog.lead.describe_provisioning_parameters(ProductId=product, ProvisioningArtifactName="1.0.0")
        assert {option_detail["Key"]: option_detail["Values"] for option_detail in form["TagOptions"]} == {
            both: ["b"],
            none: [],
        }
        stack_tags = tags(shared_catalog, shared_catalog.provision_and_wait(product))
    finally:
        for option in (options[1], options[3]):
            shared_catalog.hub.catalog.disassociate_tag_option_from_resource(
                ResourceId=shared_catalog.portfolio, TagOptionId=option
            )
    assert (stack_tags[both], stack_tags[none]) == ("b", f"sc-tagoption-conflict-{shared_catalog.portfolio}-{product}")


def test_aws_adds_tags_of_its_own_to_the_stack(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/autotags.html"""
    product = shared_catalog.create_product()
    provisioned_product = shared_catalog.provision_and_wait(product)
    state, start = (
        shared_catalog.describe(provisioned_product),
        f"arn:aws:catalog:eu-west-2:{shared_catalog.hub.account}:",
    )
    assert tags(shared_catalog, provisioned_product) == {
        "aws:servicecatalog:portfolioArn": f"{start}portfolio/{shared_catalog.portfolio}",
        "aws:servicecatalog:productArn": f"{start}product/{product}",
        "aws:servicecatalog:provisioningPrincipalArn": f"arn:aws:sts::{shared_catalog.spoke}:assumed-role/lead/tests",
        "aws:servicecatalog:provisionedProductArn": state["Arn"],
        "aws:servicecatalog:provisioningArtifactIdentifier": state["ProvisioningArtifactId"],
    }


def test_a_launch_is_done_once_for_one_token_and_one_name(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html"""
    product, arguments = (
        shared_catalog.create_product(),
        {"ProvisionedProductName": unique("once"), "ProvisionToken": unique("t")},
    )
    first, again = (shared_catalog.provision(product, **arguments)["RecordDetail"]["RecordId"] for _ in range(2))
    assert first == again
    other = {**arguments, "Tags": [{"Key": "a", "Value": "b"}]}
    assert refused(shared_catalog.provision, product=product, **other)[0] == "InvalidParametersException"
    code, _, message = refused(
        shared_catalog.provision, product=product, **{**arguments, "ProvisionToken": unique("t")}
    )
    assert code == "InvalidParametersException"
    assert "already exists" in message


def test_a_product_of_two_portfolios_asks_for_the_path(shared_catalog: SharedCatalog) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListLaunchPaths.html"""
    product, second = shared_catalog.create_product(), shared_catalog.hub.portfolio("second")
    shared_catalog.hub.catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=second)
    shared_catalog.hub.constrain(second, product, "LAUNCH", LocalRoleName="launch-it")
    shared_catalog.hub.grant(second, "arn:aws:iam:::role/lead")
    shared_catalog.hub.share(second, shared_catalog.spoke, "ACCOUNT")
    admin = shared_catalog.hub.aws("servicecatalog", shared_catalog.spoke)
    admin.associate_principal_with_portfolio(
        PortfolioId=second, PrincipalARN=f"arn:aws:iam::{shared_catalog.spoke}:role/lead", PrincipalType="IAM"
    )
    paths = shared_catalog.lead.list_launch_paths(ProductId=product)["LaunchPathSummaries"]
    assert [launch_path["Name"] for launch_path in paths] == ["data-science", "second"]
    assert all(launch_path["Id"].startswith("lpv") for launch_path in paths)
    assert "path" in refused(shared_catalog.provision, product=product)[2]
    record = wait_for_record(shared_catalog.lead, shared_catalog.provision(product, PathName="second"))["RecordDetail"]
    assert (record["Status"], record["PathId"]) == ("SUCCEEDED", paths[1]["Id"])
    identifier = {"provisioned_product": record["ProvisionedProductId"], "ProvisioningArtifactName": "1.0.0"}
    for path, expected, size in (({}, paths[1], "large"), ({"PathName": "data-science"}, paths[0], "huge")):
        update_record = shared_catalog.update(
            **identifier, **path, ProvisioningParameters=[{"Key": "Size", "Value": size}]
        )["RecordDetail"]
        assert (update_record["Status"], update_record["PathId"]) == ("SUCCEEDED", expected["Id"])
