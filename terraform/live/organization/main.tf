locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))

  platform_accounts = {
    hub         = local.platform.hub.account_name
    log_archive = local.platform.log_archive.account_name
  }

  # The log archive account is the delegated administrator of the security services, not the management account.
  security_services = [
    "access-analyzer.amazonaws.com", "cloudtrail.amazonaws.com", "config.amazonaws.com", "guardduty.amazonaws.com",
    "securityhub.amazonaws.com",
  ]
}

provider "aws" {
  region = local.platform.regions[0]
}

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = sort(concat(["servicecatalog.amazonaws.com"], local.security_services))
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
}

resource "aws_organizations_organizational_unit" "this" {
  for_each = toset(local.platform.organization.organizational_units)

  name      = each.value
  parent_id = aws_organizations_organization.this.roots[0].id
}

resource "aws_organizations_account" "platform" {
  for_each = local.platform_accounts

  name      = each.value
  email     = "${each.value}@${local.platform.organization.email_domain}"
  parent_id = aws_organizations_organizational_unit.this["platform"].id

  lifecycle {
    ignore_changes = [role_name]
  }
}

# The accounts of every team. Terraform closes an account that var.accounts no longer names, so scripts/vend names every team of
# terraform/ip_allocations.yaml, even without a team file, and refuses a plan that would close an account.
resource "aws_organizations_account" "spoke" {
  for_each = var.accounts

  name              = each.key
  email             = each.value.email
  parent_id         = aws_organizations_organizational_unit.this[each.value.unit].id
  close_on_deletion = true

  lifecycle {
    ignore_changes = [role_name]
  }
}

# The hub shares its portfolios with organisational units, so that the management account does not own the catalogue.
resource "aws_servicecatalog_organizations_access" "this" {
  enabled = true

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_delegated_administrator" "catalogue" {
  account_id        = aws_organizations_account.platform["hub"].id
  service_principal = "servicecatalog.amazonaws.com"

  depends_on = [aws_servicecatalog_organizations_access.this]
}

resource "aws_organizations_delegated_administrator" "security" {
  for_each = toset(local.security_services)

  account_id        = aws_organizations_account.platform["log_archive"].id
  service_principal = each.value

  depends_on = [aws_organizations_organization.this]
}
