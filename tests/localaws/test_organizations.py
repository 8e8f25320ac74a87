"""Organizations: accounts, units, delegated administrators."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.localaws.conftest import ACCESS_ROLE, Aws, refused, started, terraform_at

pytestmark = pytest.mark.local_only


def test_an_account_id_is_derived_from_the_email_address(member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html"""
    assert member("mlops-hub") == "200528645418"


def test_a_second_account_of_an_email_address_fails_with_its_status(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccountStatus.html"""
    member("once")
    organizations = aws("organizations")
    again = organizations.create_account(AccountName="twice", Email="ONCE@bank.example")["CreateAccountStatus"]
    read = organizations.describe_create_account_status(CreateAccountRequestId=again["Id"])["CreateAccountStatus"]
    assert (read["State"], read["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")


def test_the_access_role_of_a_new_account_is_its_administrator(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html"""
    account = member("fresh")
    policies = aws("iam", account).list_attached_role_policies(RoleName=ACCESS_ROLE)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in policies] == ["AdministratorAccess"]


def test_a_member_may_not_create_accounts(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html"""
    call = aws("organizations", member("plain")).create_account
    assert refused(call, AccountName="x", Email="x@bank.example")[0] == "AccessDeniedException"


def test_a_member_reads_its_organization(aws: Aws, member: Callable[[str], str]) -> None:
    """API_DescribeOrganization: any account of the organisation may ask."""
    organization = aws("organizations", member("curious")).describe_organization()["Organization"]
    assert organization == aws("organizations").describe_organization()["Organization"]


def test_operations_fail_without_an_organization(tmp_path: Path) -> None:
    """API_CreatePolicy, AWSOrganizationsNotInUseException."""
    with started(tmp_path) as fresh:
        organizations = Aws(fresh.endpoint)("organizations")
        fence = {"Name": "fence", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": "{}"}
        assert refused(organizations.create_policy, **fence)[:2] == ("AWSOrganizationsNotInUseException", 400)


def test_a_closed_account_is_suspended(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html"""
    account = member("leaving")
    aws("organizations").close_account(AccountId=account)
    assert aws("organizations").describe_account(AccountId=account)["Account"]["Status"] == "SUSPENDED"


@pytest.mark.slow  # the demo, which `make test` plays, lays down the same for every change
def test_terraform_creates_and_destroys_an_organization_with_a_delegated_administrator(tmp_path: Path) -> None:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/organizations_delegated_administrator"""
    with started(tmp_path) as fresh, terraform_at(tmp_path, fresh.endpoint) as terraform:
        assert terraform.apply(_ORGANISATION) == {"hub": "321006519149"}
        assert terraform.plan() == []
        units = Aws(fresh.endpoint)("organizations", "321006519149").list_parents(ChildId="321006519149")["Parents"]
        assert [unit["Type"] for unit in units] == ["ORGANIZATIONAL_UNIT"]


_ORGANISATION = """
resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["servicecatalog.amazonaws.com"]
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY"]
}
resource "aws_organizations_organizational_unit" "platform" {
  name      = "platform"
  parent_id = aws_organizations_organization.this.roots[0].id
}
resource "aws_organizations_account" "hub" {
  name      = "tf-hub"
  email     = "tf-hub@bank.example"
  parent_id = aws_organizations_organizational_unit.platform.id
  tags      = { team = "platform" }
}
resource "aws_organizations_delegated_administrator" "hub" {
  account_id        = aws_organizations_account.hub.id
  service_principal = "servicecatalog.amazonaws.com"
}
output "hub" { value = aws_organizations_account.hub.id }
"""


def test_a_service_control_policy_applies_to_every_account_below(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"""
    organizations, account = aws("organizations"), member("bounded")
    root = organizations.list_roots()["Roots"][0]
    if not root["PolicyTypes"]:
        organizations.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root["Id"], Name="bounded")["OrganizationalUnit"]["Id"]
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "logs:*", "Resource": "*"}}
    fence = organizations.create_policy(
        Name="no-logs", Description="-", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(document)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=fence, TargetId=unit)
    assert aws("logs", account).describe_log_groups()["logGroups"] == []

    organizations.move_account(AccountId=account, SourceParentId=root["Id"], DestinationParentId=unit)

    message = refused(aws("logs", account).describe_log_groups)[2]
    assert message.endswith("with an explicit deny in a service control policy")
    assert "logGroups" in aws("logs").describe_log_groups(), "the management account is spared"
    organizations.detach_policy(PolicyId=fence, TargetId=unit)
    assert aws("logs", account).describe_log_groups()["logGroups"] == []
