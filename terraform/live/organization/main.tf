locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
}

provider "aws" {
  region = local.platform.regions[0]
}

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["servicecatalog.amazonaws.com"]
}

resource "aws_organizations_organizational_unit" "this" {
  for_each = toset(local.platform.organisation.units)

  name      = each.value
  parent_id = aws_organizations_organization.this.roots[0].id
}

resource "aws_organizations_account" "hub" {
  name      = local.platform.hub.account_name
  email     = "${local.platform.hub.account_name}@${local.platform.organisation.email_domain}"
  parent_id = aws_organizations_organizational_unit.this["platform"].id

  lifecycle {
    ignore_changes = [role_name]
  }
}

# The accounts of every team. Terraform closes one that is no longer named, so scripts/vend names every team of
# terraform/addresses.yaml, whether its file is there or not, and refuses a plan that would close another.
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

# The hub shares its portfolios with units, so that the management account need not hold the catalogue.
resource "aws_servicecatalog_organizations_access" "this" {
  enabled = true

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_delegated_administrator" "catalogue" {
  account_id        = aws_organizations_account.hub.id
  service_principal = "servicecatalog.amazonaws.com"

  depends_on = [aws_servicecatalog_organizations_access.this]
}
