locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
  roles    = yamldecode(file("${path.module}/../../roles.yaml"))
  home     = var.region == local.platform.regions[0]
  prefix   = local.platform.name_prefix
  role_arn = "arn:aws:iam::${var.account_id}:role"
}

provider "aws" {
  region = var.region

  assume_role {
    role_arn = "arn:aws:iam::${var.account_id}:role/${var.role_name}"
  }

  default_tags {
    tags = local.platform.tags
  }
}

module "keys" {
  source = "../../modules/hub_keys"

  name_prefix = local.prefix
  account_id  = var.account_id
  region      = var.region
}

module "access_logs" {
  source = "../../modules/access_logs"

  name       = "${local.prefix}-access-logs-${var.account_id}-${var.region}"
  account_id = var.account_id
}

module "release_bucket" {
  source = "../../modules/release_bucket"

  name              = "${local.platform.hub.release_bucket}-${var.account_id}-${var.region}"
  writer_arn        = "${local.role_arn}/${local.prefix}-release"
  key_arn           = module.keys.arns["releases"]
  access_log_bucket = module.access_logs.name
  organization_id   = var.organization.organization_id
}

# An option exists once in an account, however many portfolios use it.
resource "aws_servicecatalog_tag_option" "this" {
  for_each = local.platform.tags

  key   = each.key
  value = each.value
}

module "portfolio" {
  source   = "../../modules/portfolio"
  for_each = local.platform.hub.portfolios

  name        = each.key
  description = "${each.value.title}. ${each.value.description}"
  owner       = local.platform.hub.owner
  units       = [for unit in each.value.organizational_units : { name = unit, arn = var.organization.unit_arns[unit] }]
  principals = toset(concat(
    [for name, persona in local.roles.personas : name if contains(try(persona.portfolios, []), each.key)],
    # Who works in Studio launches from there under the execution role; only what is made for Studio is theirs.
    [for name, role in local.roles.execution_roles : "studio-${name}" if contains(try(local.roles.personas[role.persona].portfolios, []), each.key)],
  ))
  tag_options = { for tag, option in aws_servicecatalog_tag_option.this : tag => option.id }
}

# Roles are global: the home region's state holds them.
module "launch_roles" {
  source = "../../modules/launch_roles"
  count  = local.home ? 1 : 0

  products_dir = "${path.module}/../../../products"
  account_id   = var.account_id
}
