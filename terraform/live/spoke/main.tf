locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
  prefix   = local.platform.name_prefix

  # Global resources exist once in an account: in the team's first region. The instance key `home` is part of their addresses.
  home_region = var.is_home_region ? toset(["home"]) : toset([])

  # Composed, not read from the modules, because the states of the account's other regions need these ARNs too.
  role_arn     = "arn:aws:iam::${var.account_id}:role"
  boundary_arn = "arn:aws:iam::${var.account_id}:policy/${local.prefix}-boundary"
  tags = merge(local.platform.tags, {
    team = var.team, environment = var.environment, cost-centre = var.request.cost_centre
  })
}

provider "aws" {
  region = var.region

  assume_role {
    role_arn = "arn:aws:iam::${var.account_id}:role/${var.role_name}"
  }

  default_tags {
    tags = local.tags
  }
}

module "network" {
  source = "../../modules/network"

  name_prefix         = local.prefix
  region              = var.region
  cidr_block          = var.cidr_block
  availability_zones  = var.settings.availability_zones
  organization_id     = var.organization_id
  flow_logs           = { key_arn = module.keys.arns["logs"], retention_days = var.settings.log_retention_days }
  hybrid_connectivity = local.platform.network
}

module "personas" {
  source   = "../../modules/personas"
  for_each = local.home_region

  name_prefix           = local.prefix
  account_id            = var.account_id
  hub_account_id        = var.hub.account_id
  management_account_id = var.management_account_id
  data_key_arn          = module.keys.arns["data"]
  roles_file            = "${path.module}/../../roles.yaml"
  sign_in               = merge(local.platform.sign_in, { operator_role = var.role_name })
}

module "launch_roles" {
  source   = "../../modules/launch_roles"
  for_each = local.home_region

  products_dir = "${path.module}/../../../products"
  account_id   = var.account_id
  grants = {
    partition                = "aws"
    region                   = var.region
    name_prefix              = local.prefix
    permissions_boundary_arn = module.personas[each.key].boundary_arn
    data_key_arn             = module.keys.arns["data"]
  }
}

module "promotion_roles" {
  source   = "../../modules/promotion_roles"
  for_each = local.home_region

  name_prefix  = local.prefix
  team         = var.team
  environment  = var.environment
  accounts     = var.accounts
  data_key_arn = module.keys.arns["data"]
}

# Target of model promotion; in development it stays empty.
module "model_hosting" {
  source   = "../../modules/model_hosting"
  for_each = local.home_region

  name_prefix       = local.prefix
  account_id        = var.account_id
  region            = var.region
  data_key_arn      = module.keys.arns["data"]
  access_log_bucket = module.access_logs.name
  network = {
    vpc_id                     = module.network.vpc_id
    endpoint_security_group_id = module.network.endpoint_security_group_id
    s3_prefix_list_id          = module.network.s3_prefix_list_id
  }
}

module "emr_roles" {
  source   = "../../modules/emr_roles"
  for_each = local.home_region

  name_prefix  = local.prefix
  account_id   = var.account_id
  data_key_arn = module.keys.arns["data"]
}

module "git_connections" {
  source = "../../modules/git_connections"

  name_prefix = local.prefix
}

module "access_logs" {
  source = "../../modules/access_logs"

  name       = "${local.prefix}-access-logs-${var.account_id}-${var.region}"
  account_id = var.account_id
}
