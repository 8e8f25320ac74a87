locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
  team     = yamldecode(file("${path.module}/../../accounts/${var.team}.yaml"))
  region   = local.platform.regions[0]

  # The team's block is cut into four parts, one for each environment by its position; what is left stays free.
  address_block = cidrsubnet(local.team.address_block, 2, index(local.platform.organisation.environments, var.environment))
}

provider "aws" {
  region = local.region

  assume_role {
    role_arn = "arn:aws:iam::${var.account_id}:role/${var.role_name}"
  }

  default_tags {
    tags = merge(local.platform.tags, { team = var.team, environment = var.environment, cost-centre = local.team.cost_centre })
  }
}

module "network" {
  source = "../../modules/network"

  name_prefix   = local.platform.name_prefix
  region        = local.region
  address_block = local.address_block
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
