locals {
  platform       = yamldecode(file("${path.module}/../../platform.yaml"))
  roles          = yamldecode(file("${path.module}/../../roles.yaml"))
  is_home_region = var.region == local.platform.regions[0]
  prefix         = local.platform.name_prefix
  role_arn       = "arn:aws:iam::${var.account_id}:role"
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

# A tag option exists once in an account; several portfolios may use it.
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
    # Studio users provision products under their execution role; the role is a principal of the portfolios of its persona.
    [for name, role in local.roles.execution_roles : "studio-${name}" if contains(try(local.roles.personas[role.persona].portfolios, []), each.key)],
  ))
  tag_options = { for tag, option in aws_servicecatalog_tag_option.this : tag => option.id }
}

# IAM roles are global: the state of the home region holds them.
module "launch_roles" {
  source = "../../modules/launch_roles"
  count  = local.is_home_region ? 1 : 0

  products_dir = "${path.module}/../../../products"
  account_id   = var.account_id
}
