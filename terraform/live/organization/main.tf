locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
  teams    = { for file in fileset("${path.module}/../../accounts", "*.yaml") : trimsuffix(file, ".yaml") => yamldecode(file("${path.module}/../../accounts/${file}")) }
  spokes = merge([
    for team in local.teams : { for unit in local.platform.organisation.environments : "${team.team}-${unit}" => unit }
  ]...)
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

# One team file, an account in each environment. AWS closes no account because its file is gone: it only leaves the
# organisation, and that after a plan that shows it.
resource "aws_organizations_account" "spoke" {
  for_each = local.spokes

  name      = each.key
  email     = "${each.key}@${local.platform.organisation.email_domain}"
  parent_id = aws_organizations_organizational_unit.this[each.value].id

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
