"""Service Catalog as the catalogue's owner sees it: products, versions, portfolios, tags, constraints."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from localaws.conftest import REAL, refused
from tests.localaws.servicecatalog.catalogue import Hub, launch_role, template, unique


@pytest.fixture(scope="module")
def resources(hub: Hub) -> dict[str, str]:
    """One resource of each type."""
    portfolio = hub.portfolio()
    product, version = hub.product(portfolio)
    option = hub.tag_option(unique("key"), "a")
    rule = hub.constrain(portfolio, product, "TEMPLATE", Rules={})
    return {"portfolio": portfolio, "product": product, "version": version, "rule": rule, "option": option}


def test_ids_and_arns_have_the_format_of_aws(hub: Hub) -> None:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html"""
    portfolio = hub.portfolio()
    product, version = hub.product(portfolio)
    detail = hub.catalog.describe_portfolio(Id=portfolio)["PortfolioDetail"]
    assert detail["ARN"] == f"arn:aws:catalog:eu-west-2:{hub.account}:portfolio/{portfolio}"
    seen = hub.catalog.describe_product_as_admin(Id=product)["ProductViewDetail"]
    assert seen["ProductARN"] == f"arn:aws:catalog:eu-west-2:{hub.account}:product/{product}"
    assert [identifier.split("-")[0] for identifier in (portfolio, product, version)] == ["port", "prod", "pa"]
    assert seen["ProductViewSummary"]["Id"].startswith("prodview-")


# ---- tokens, pages, limits of the model


def test_a_token_gives_the_same_product_twice_and_refuses_other_parameters(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html"""
    artifact, token = hub.artifact("1", template()), unique("t")
    assert hub.create("a", artifact, token) == hub.create("a", artifact, token)
    assert refused(hub.create, name="b", artifact=artifact, token=token)[0] == "InvalidParametersException"
    other = hub.catalog.create_portfolio(DisplayName="a", ProviderName="p", IdempotencyToken=token)
    hub.created.add(other["PortfolioDetail"]["Id"])
    assert other["PortfolioDetail"]["DisplayName"] == "a", "a token belongs to one operation"


def test_concurrent_requests_with_one_token_create_one_product(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html"""
    name, artifact, token = unique("race"), hub.artifact("1", template()), unique("t")
    with ThreadPoolExecutor(8) as pool:
        products = set(pool.map(lambda _: hub.create(name, artifact, token), range(8)))
    assert len(products) == 1
    response = hub.catalog.search_products_as_admin(Filters={"FullTextSearch": [name]})
    assert len(response["ProductViewDetails"]) == 1


def test_a_refused_request_leaves_its_token_free(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"""
    portfolio, (product, _) = hub.portfolio(), hub.product()
    rules = json.dumps({"Rules": {}})
    arguments = {"PortfolioId": portfolio, "ProductId": product, "Type": "TEMPLATE", "Parameters": rules}
    arguments["IdempotencyToken"] = unique("t")
    assert refused(hub.catalog.create_constraint, **arguments)[0] == "ResourceNotFoundException"
    hub.catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    assert hub.catalog.create_constraint(**arguments)["Status"] == "AVAILABLE"


def test_long_lists_are_paginated(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProductsAsAdmin.html"""
    portfolio = hub.portfolio()
    products = {hub.product(portfolio, name=f"page-{number}")[0] for number in range(5)}
    pages, token = [], {}
    while True:
        page = hub.catalog.search_products_as_admin(PortfolioId=portfolio, PageSize=2, **token)
        pages.append([detail["ProductViewSummary"]["ProductId"] for detail in page["ProductViewDetails"]])
        if "NextPageToken" not in page:
            break
        token = {"PageToken": page["NextPageToken"]}
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {identifier for page in pages for identifier in page} == products
    call = hub.catalog.search_products_as_admin
    ordered = call(PortfolioId=portfolio, SortBy="Title", SortOrder="DESCENDING")["ProductViewDetails"]
    names = [detail["ProductViewSummary"]["Name"] for detail in ordered]
    assert names == [f"page-{number}" for number in (4, 3, 2, 1, 0)]
    assert refused(call, PortfolioId=portfolio, PageToken="made-up")[0] == "InvalidParametersException"


@pytest.mark.parametrize(
    ("call", "arguments", "message_part"),
    [
        ("associate_principal_with_portfolio", {"PrincipalARN": "arn", "PrincipalType": "ROBOT"}, "PrincipalType"),
        ("search_products_as_admin", {"PageSize": 21}, "PageSize"),
        ("create_portfolio_share", {"AccountId": "1"}, "AccountId"),
    ],
)
def test_values_outside_of_the_model_are_refused(
    hub: Hub, call: str, arguments: dict[str, Any], message_part: str
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html"""
    code, status, message = refused(getattr(hub.catalog, call), PortfolioId=hub.portfolio(), **arguments)
    assert (code, status) == ("ValidationException", 400)
    assert REAL or message_part.lower() in message.lower()


@pytest.mark.local_only
def test_an_unsupported_operation_is_refused(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html"""
    code, status, message = refused(hub.catalog.list_budgets_for_resource, ResourceId="prod-1")
    assert (code, status) == ("UnknownOperationException", 400)
    assert REAL or "SUPPORTED.md" in message


# ---- what hangs together


def test_a_resource_in_use_is_not_deleted(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeletePortfolio.html"""
    portfolio = hub.portfolio()
    product, _ = hub.product(portfolio)
    rule = hub.constrain(portfolio, product, "TEMPLATE", Rules={})
    assert refused(hub.catalog.delete_product, Id=product)[0] == "ResourceInUseException"
    assert refused(hub.catalog.delete_portfolio, Id=portfolio)[0] == "ResourceInUseException"
    pair = {"ProductId": product, "PortfolioId": portfolio}
    assert refused(hub.catalog.disassociate_product_from_portfolio, **pair)[0] == "ResourceInUseException"
    hub.catalog.delete_constraint(Id=rule)
    hub.catalog.disassociate_product_from_portfolio(**pair)
    hub.catalog.delete_product(Id=product)
    hub.catalog.delete_portfolio(Id=portfolio)
    hub.created -= {product, portfolio}
    assert refused(hub.catalog.describe_product_as_admin, Id=product)[0] == "ResourceNotFoundException"


@pytest.mark.local_only
def test_another_account_does_not_see_unshared_resources(hub: Hub, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html"""
    portfolio = hub.portfolio()
    product, _ = hub.product(portfolio)
    other = hub.aws("servicecatalog", member("owner-other"))
    assert refused(other.describe_portfolio, Id=portfolio)[0] == "ResourceNotFoundException"
    assert refused(other.describe_product_as_admin, Id=product)[0] == "ResourceNotFoundException"
    assert refused(other.list_provisioning_artifacts, ProductId=product)[0] == "ResourceNotFoundException"


@pytest.mark.local_only
@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("update_portfolio", {"Id": "{portfolio}", "DisplayName": "mine"}),
        ("delete_portfolio", {"Id": "{portfolio}"}),
        ("update_product", {"Id": "{product}", "Name": "mine"}),
        ("delete_product", {"Id": "{product}"}),
        ("update_provisioning_artifact", {"ProductId": "{product}", "ProvisioningArtifactId": "{version}"}),
        ("delete_constraint", {"Id": "{rule}"}),
        ("delete_tag_option", {"Id": "{option}"}),
    ],
)
def test_another_account_changes_nothing(
    hub: Hub, member: Callable[[str], str], resources: dict[str, str], call: str, arguments: dict[str, str]
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningArtifact.html"""
    other = hub.aws("servicecatalog", member("owner-other"))
    named = {key: value.format(**resources) for key, value in arguments.items()}
    assert refused(getattr(other, call), **named)[0] == "ResourceNotFoundException"


def test_regions_are_separate(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html"""
    elsewhere = hub.aws("servicecatalog", hub.account, region="eu-west-1")
    assert refused(elsewhere.describe_portfolio, Id=hub.portfolio())[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("arn", "kind", "message_part"),
    [
        ("arn:aws:iam::{account}:role/nobody", "IAM", "does not exist"),
        ("arn:aws:iam::{account}:role/*", "IAM", "does not exist"),
        ("arn:aws:iam:::role/lead", "IAM", "not a principal of type IAM"),
        ("arn:aws:iam::{account}:role/lead", "IAM_PATTERN", "leaves the account empty"),
        ("arn:aws:s3:::bucket", "IAM_PATTERN", "not a principal"),
    ],
)
def test_a_principal_must_exist_or_be_a_pattern(hub: Hub, arn: str, kind: str, message_part: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"""
    call, who = hub.catalog.associate_principal_with_portfolio, arn.format(account=hub.account)
    code, _, message = refused(call, PortfolioId=hub.portfolio(), PrincipalARN=who, PrincipalType=kind)
    assert code == "InvalidParametersException"
    assert REAL or message_part in message


# ---- constraints


@pytest.mark.local_only
@pytest.mark.parametrize(
    ("kind", "parameters", "message_part"),
    [
        ("LAUNCH", {"RoleArn": "arn:aws:iam::1:role/a", "LocalRoleName": "a"}, "either RoleArn or LocalRoleName"),
        ("LAUNCH", {}, "either RoleArn or LocalRoleName"),
        ("LAUNCH", {"LocalRoleName": "nobody"}, "has no role nobody"),
        ("TEMPLATE", {"Rule": {}}, "holds Rules"),
        ("RESOURCE_UPDATE", {"Version": "2.0"}, "TagUpdateOnProvisionedProduct"),
        ("STACKSET", {}, "does not hold constraints of type STACKSET"),
    ],
)
def test_an_invalid_constraint_is_refused(hub: Hub, kind: str, parameters: dict[str, Any], message_part: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"""
    portfolio = hub.portfolio()
    product, _ = hub.product(portfolio)
    call, text = hub.catalog.create_constraint, json.dumps(parameters)
    pair = {"PortfolioId": portfolio, "ProductId": product, "Type": kind, "Parameters": text}
    code, _, message = refused(call, **pair, IdempotencyToken=unique("t"))
    assert code == "InvalidParametersException"
    assert REAL or message_part in message


@pytest.mark.local_only
def test_a_product_has_one_launch_constraint_in_a_portfolio(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"""
    role = launch_role(hub.aws("iam", hub.account), unique("launch"))
    portfolio, other = hub.portfolio(), hub.portfolio()
    product, _ = hub.product(portfolio)
    hub.catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=other)
    constraint = hub.constrain(portfolio, product, "LAUNCH", RoleArn=role)
    assert constraint.startswith("cons-")
    pair = {"ProductId": product, "Type": "LAUNCH", "Parameters": json.dumps({"RoleArn": role})}
    call = hub.catalog.create_constraint
    assert refused(call, PortfolioId=portfolio, IdempotencyToken="b", **pair)[0] == "DuplicateResourceException"
    assert hub.constrain(other, product, "LAUNCH", LocalRoleName=role.rsplit("/", 1)[1]) != constraint
    [listed] = hub.catalog.list_constraints_for_portfolio(PortfolioId=portfolio)["ConstraintDetails"]
    assert (listed["ConstraintId"], listed["Type"], listed["Owner"]) == (constraint, "LAUNCH", hub.account)


def test_a_constraint_changes_in_place(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateConstraint.html"""
    portfolio = hub.portfolio()
    product, _ = hub.product(portfolio)
    constraint = hub.constrain(portfolio, product, "TEMPLATE", Rules={})
    rules = json.dumps({"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}})
    hub.catalog.update_constraint(Id=constraint, Description="why", Parameters=rules)
    description = hub.catalog.describe_constraint(Id=constraint)
    assert (description["ConstraintDetail"]["Description"], description["ConstraintParameters"]) == ("why", rules)
    assert refused(hub.catalog.update_constraint, Id=constraint, Parameters="?")[0] == "InvalidParametersException"


# ---- tag options


def test_a_tag_option_is_one_key_and_one_value(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateTagOption.html"""
    key = unique("key")
    first, _ = hub.tag_option(key, "a"), hub.tag_option(key, "b")
    tag_option = hub.catalog.describe_tag_option(Id=first)["TagOptionDetail"]
    assert (tag_option["Id"][:4], tag_option["Active"], tag_option["Owner"]) == ("tag-", True, hub.account)
    assert refused(hub.catalog.create_tag_option, Key=key, Value="a")[0] == "DuplicateResourceException"
    assert refused(hub.catalog.update_tag_option, Id=first, Value="b")[0] == "DuplicateResourceException"
    hub.catalog.update_tag_option(Id=first, Active=False)
    assert hub.catalog.describe_tag_option(Id=first)["TagOptionDetail"]["Active"] is False


def test_a_tag_option_is_associated_once_and_not_deleted_while_it_is(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociateTagOptionWithResource.html"""
    portfolio, (product, _) = hub.portfolio(), hub.product()
    option = hub.tag_option(unique("key"), "a", portfolio, product)
    again = {"ResourceId": product, "TagOptionId": option}
    assert refused(hub.catalog.associate_tag_option_with_resource, **again)[0] == "DuplicateResourceException"
    assert refused(hub.catalog.delete_tag_option, Id=option)[0] == "ResourceInUseException"
    listed = hub.catalog.list_resources_for_tag_option(TagOptionId=option, ResourceType="Product")["ResourceDetails"]
    assert [item["Id"] for item in listed] == [product]
    for resource in (portfolio, product):
        hub.catalog.disassociate_tag_option_from_resource(ResourceId=resource, TagOptionId=option)
    hub.catalog.delete_tag_option(Id=option)
    hub.created.remove(option)
    assert refused(hub.catalog.describe_tag_option, Id=option)[0] == "ResourceNotFoundException"
