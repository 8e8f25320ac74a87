"""Service Catalog across accounts: shares, visibility, and shared principals and TagOptions."""

from collections.abc import Callable
from typing import Any

import pytest

from localaws.conftest import Aws, refused
from tests.localaws.servicecatalog.catalogue import Hub, unique, user_role, with_bucket

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def hub(aws: Aws, member: Callable[[str], str]) -> Hub:
    """A hub account that is a delegated administrator."""
    account = member("sharing-hub")
    aws("servicecatalog").enable_aws_organizations_access()
    aws("organizations").register_delegated_administrator(
        AccountId=account, ServicePrincipal="servicecatalog.amazonaws.com"
    )
    return with_bucket(aws, account)


@pytest.fixture
def unit(aws: Aws, organisation: dict[str, Any]) -> Callable[..., str]:
    """Return a function that creates an organizational unit, optionally below a parent, and returns its id."""
    organizations = aws("organizations")

    def make(parent: str = "") -> str:
        root = organizations.list_roots()["Roots"][0]["Id"]
        response = organizations.create_organizational_unit(ParentId=parent or root, Name=unique("unit"))
        return str(response["OrganizationalUnit"]["Id"])

    return make


def move_account(aws: Aws, account: str, unit: str) -> str:
    """Move the account to the unit and return the account."""
    organizations = aws("organizations")
    here = organizations.list_parents(ChildId=account)["Parents"][0]["Id"]
    organizations.move_account(AccountId=account, SourceParentId=here, DestinationParentId=unit)
    return account


def visible_products(catalog: Any) -> set[str]:
    """Return the products that the caller may launch."""
    return {product["ProductId"] for product in catalog.search_products(PageSize=100)["ProductViewSummaries"]}


def user_of(aws: Aws, account: str, name: str = "buyer") -> Any:
    """Return a Service Catalog client with a role of the account, which is created if it does not exist."""
    iam = aws("iam", account)
    if name not in {role["RoleName"] for role in iam.list_roles()["Roles"]}:
        user_role(iam, account, name)
    return aws("servicecatalog", account, name)


def test_a_share_with_a_unit_reaches_accounts_below_it_that_join_later(
    aws: Aws, hub: Hub, member: Callable[[str], str], unit: Callable[..., str]
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html"""
    portfolio, parent = hub.portfolio(), unit()
    product, _ = hub.product(portfolio)
    hub.grant(portfolio, "arn:aws:iam:::role/buyer")
    hub.share(portfolio, parent, SharePrincipals=True)
    spoke = member(unique("later"))
    catalog = user_of(aws, spoke)
    assert visible_products(catalog) == set()
    move_account(aws, spoke, unit(parent))
    assert visible_products(catalog) == {product}
    move_account(aws, spoke, unit())
    assert visible_products(catalog) == set()


@pytest.mark.parametrize("kind", ["ORGANIZATION", "ACCOUNT"])
def test_a_share_with_the_organisation_or_one_of_its_accounts_needs_no_acceptance(
    aws: Aws, hub: Hub, organisation: dict[str, Any], member: Callable[[str], str], kind: str
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_PortfolioShareDetail.html"""
    spoke, portfolio = member(unique("node")), hub.portfolio()
    node = organisation["Arn"] if kind == "ORGANIZATION" else spoke
    hub.share(portfolio, node, kind)
    share_type = "ORGANIZATION_MEMBER_ACCOUNT" if kind == "ACCOUNT" else kind
    [share] = hub.catalog.describe_portfolio_shares(PortfolioId=portfolio, Type=share_type)["PortfolioShareDetails"]
    assert (share["PrincipalId"], share["Accepted"]) == (node.rsplit("/", 1)[-1], True)
    assert aws("servicecatalog", spoke).describe_portfolio(Id=portfolio)["PortfolioDetail"]["Id"] == portfolio
    hub.catalog.delete_portfolio_share(PortfolioId=portfolio, OrganizationNode={"Type": kind, "Value": node})
    assert refused(aws("servicecatalog", spoke).describe_portfolio, Id=portfolio)[0] == "ResourceNotFoundException"


def test_a_share_with_an_account_is_refused(hub: Hub, member: Callable[[str], str]) -> None:
    """A share with an account needs AcceptPortfolioShare, which no command, product or Terraform module calls."""
    request = {"PortfolioId": hub.portfolio(), "AccountId": member(unique("invited"))}
    code, _, message = refused(hub.catalog.create_portfolio_share, **request)
    assert (code, "through the organization only" in message) == ("OperationNotSupportedException", True)


def test_one_share_action_of_a_portfolio_runs_at_a_time(hub: Hub, unit: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdatePortfolioShare.html"""
    portfolio = hub.portfolio()
    nodes = [{"Type": "ORGANIZATIONAL_UNIT", "Value": unit()} for _ in range(2)]
    response = hub.catalog.create_portfolio_share(PortfolioId=portfolio, OrganizationNode=nodes[0])
    listed = {"PortfolioId": portfolio, "Type": "ORGANIZATIONAL_UNIT"}
    assert hub.catalog.describe_portfolio_shares(**listed)["PortfolioShareDetails"] == []
    again = {"PortfolioId": portfolio, "OrganizationNode": nodes[1]}
    assert refused(hub.catalog.create_portfolio_share, **again)[0] == "InvalidStateException"
    others = hub.aws("servicecatalog").describe_portfolio_share_status
    assert refused(others, PortfolioShareToken=response["PortfolioShareToken"])[0] == "ResourceNotFoundException"
    assert hub.wait_for_share(response["PortfolioShareToken"])["OrganizationNodeValue"] == nodes[0]["Value"]
    second = hub.catalog.create_portfolio_share(**again)
    assert hub.wait_for_share(second["PortfolioShareToken"])["ShareDetails"]["ShareErrors"] == []
    same = hub.catalog.create_portfolio_share(**again)
    assert same == second | {"ResponseMetadata": same["ResponseMetadata"]}, "sharing again changes nothing"


def test_changes_of_a_share_take_effect_at_once(
    aws: Aws, hub: Hub, member: Callable[[str], str], unit: Callable[..., str]
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdatePortfolioShare.html"""
    portfolio, node = hub.portfolio(), unit()
    product, _ = hub.product(portfolio)
    option = hub.catalog.create_tag_option(Key=unique("key"), Value="a")["TagOptionDetail"]
    hub.catalog.associate_tag_option_with_resource(ResourceId=portfolio, TagOptionId=option["Id"])
    hub.grant(portfolio, "arn:aws:iam:::role/bu?er*")
    hub.share(portfolio, node)
    catalog = user_of(aws, move_account(aws, member(unique("switched")), node))
    assert visible_products(catalog) == set()
    update = {"PortfolioId": portfolio, "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": node}}
    hub.wait_for_share(hub.catalog.update_portfolio_share(**update, SharePrincipals=True)["PortfolioShareToken"])
    arguments = {"ProductId": product, "ProvisioningArtifactName": "1.0.0"}
    assert catalog.describe_provisioning_parameters(**arguments)["TagOptions"] == []
    hub.wait_for_share(hub.catalog.update_portfolio_share(**update, ShareTagOptions=True)["PortfolioShareToken"])
    offered = catalog.describe_provisioning_parameters(**arguments)["TagOptions"]
    assert offered == [{"Key": option["Key"], "Values": ["a"]}]


@pytest.mark.parametrize(
    ("pattern", "role", "sees"),
    [
        ("arn:aws:iam:::role/buyer", "buyer", True),
        ("arn:aws:iam:::role/buyer", "buyers", False),
        ("arn:aws:iam:::role/buyer*", "buyers", True),
        ("arn:aws:iam:::role/*-buyer", "team-buyer", True),
        ("arn:aws:iam:::user/buyer", "buyer", False),
    ],
)
def test_a_pattern_grants_to_roles_of_that_name(
    aws: Aws, hub: Hub, member: Callable[[str], str], pattern: str, role: str, sees: bool
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html"""
    portfolio, spoke = hub.portfolio(), member("patterns")
    product, _ = hub.product(portfolio)
    hub.grant(portfolio, pattern)
    whole = aws("organizations").describe_organization()["Organization"]["Id"]
    hub.share(portfolio, whole, "ORGANIZATION", SharePrincipals=True)
    assert (product in visible_products(user_of(aws, spoke, role))) is sees
    assert product not in visible_products(aws("servicecatalog", spoke)), (
        "the account's administrator was granted nothing"
    )
    hub.catalog.delete_portfolio_share(PortfolioId=portfolio, OrganizationNode={"Type": "ORGANIZATION", "Value": whole})


def test_only_the_management_account_and_delegated_administrators_share_with_units(
    aws: Aws, hub: Hub, member: Callable[[str], str], unit: Callable[..., str]
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html"""
    plain = aws("servicecatalog", member("sharing-plain"))
    response = plain.create_portfolio(DisplayName="p", ProviderName="p", IdempotencyToken=unique("t"))
    target = {
        "PortfolioId": response["PortfolioDetail"]["Id"],
        "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": unit()},
    }
    assert refused(plain.create_portfolio_share, **target)[0] == "OperationNotSupportedException"
    assert refused(plain.enable_aws_organizations_access)[0] == "OperationNotSupportedException"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (
            {"OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": "ou-none-12345678"}},
            "InvalidParametersException",
        ),
        ({}, "InvalidParametersException"),
    ],
)
def test_a_share_without_a_valid_target_is_refused(hub: Hub, target: dict[str, Any], code: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html"""
    assert refused(hub.catalog.create_portfolio_share, PortfolioId=hub.portfolio(), **target)[0] == code


def test_shares_no_longer_follow_the_organisation_once_access_is_disabled(
    aws: Aws, hub: Hub, member: Callable[[str], str], unit: Callable[..., str]
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DisableAWSOrganizationsAccess.html"""
    portfolio, node = hub.portfolio(), unit()
    hub.share(portfolio, node)
    early, late = member(unique("early")), member(unique("late"))
    move_account(aws, early, node)
    aws("servicecatalog").disable_aws_organizations_access()
    try:
        move_account(aws, late, node)
        aws("servicecatalog", early).describe_portfolio(Id=portfolio)
        assert refused(aws("servicecatalog", late).describe_portfolio, Id=portfolio)[0] == "ResourceNotFoundException"
        again = {"PortfolioId": portfolio, "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": unit()}}
        assert refused(hub.catalog.create_portfolio_share, **again)[0] == "OperationNotSupportedException"
    finally:
        aws("servicecatalog").enable_aws_organizations_access()
    aws("servicecatalog", late).describe_portfolio(Id=portfolio)
