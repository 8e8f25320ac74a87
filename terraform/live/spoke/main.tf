locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
  region   = local.platform.regions[0]
}

provider "aws" {
  region = local.region

  assume_role {
    role_arn = "arn:aws:iam::${var.account_id}:role/${var.role_name}"
  }

  default_tags {
    tags = merge(local.platform.tags, { team = var.team, environment = var.environment, cost-centre = var.request.cost_centre })
  }
}

module "network" {
  source = "../../modules/network"

  name_prefix   = local.platform.name_prefix
  region        = local.region
  address_block = var.address_block
  zones         = var.settings.zones
}

module "keys" {
  source = "../../modules/keys"

  name_prefix = local.platform.name_prefix
  account_id  = var.account_id
  region      = local.region
}

module "roles" {
  source = "../../modules/roles"

  name_prefix    = local.platform.name_prefix
  account_id     = var.account_id
  hub_account_id = var.hub.account_id
  data_key_arn   = module.keys.arns["data"]
}

module "launch_roles" {
  source = "../../modules/launch_roles"

  products_dir = "${path.module}/../../../products"
  account_id   = var.account_id
  grants = {
    partition                = "aws"
    region                   = local.region
    name_prefix              = local.platform.name_prefix
    permissions_boundary_arn = module.roles.boundary_arn
    data_key_arn             = module.keys.arns["data"]
  }
}

module "access_logs" {
  source = "../../modules/access_logs"

  name       = "${local.platform.name_prefix}-access-logs-${var.account_id}-${local.region}"
  account_id = var.account_id
}
