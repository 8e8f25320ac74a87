# What the home region holds for all regions: the package index, the builds of the images, the release pipeline.
locals {
  release_buckets = [for region in local.platform.regions : "arn:aws:s3:::${local.platform.hub.release_bucket}-${var.account_id}-${region}"]
  builds = [for bucket in module.build_bucket : {
    bucket_name  = bucket.name
    bucket_arn   = bucket.arn
    data_key_arn = module.keys.arns["releases"]
    logs_key_arn = module.keys.arns["logs"]
  }]
}

module "build_bucket" {
  source = "../../modules/build_bucket"
  count  = local.home ? 1 : 0

  name              = "${local.prefix}-builds-${var.account_id}-${var.region}"
  key_arn           = module.keys.arns["releases"]
  access_log_bucket = module.access_logs.name
}

module "package_index" {
  source = "../../modules/package_index"
  count  = local.home ? 1 : 0

  account_id      = var.account_id
  organization_id = var.organization.organization_id
  domain          = local.platform.hub.package_index.domain
  repository      = local.platform.hub.package_index.repository
  key_arn         = module.keys.arns["packages"]
  packages        = yamldecode(file("${path.module}/../../packages.yaml")).packages
  writer_roles    = ["${local.prefix}-release"]
}

module "image_factory" {
  source = "../../modules/image_factory"
  count  = local.home ? 1 : 0

  name_prefix   = local.prefix
  account_id    = var.account_id
  regions       = local.platform.regions
  dockerfiles   = { folder = "${path.module}/../../images", base_repository_arn = module.images.arns["base"] }
  package_index = module.package_index[0]
  builds        = local.builds[0]
  images = { for image, contract in local.contracts : image => {
    repository_url = module.images.urls[image]
    repository_arn = module.images.arns[image]
    contract       = contract
  } }
}

module "release_pipeline" {
  source = "../../modules/release_pipeline"
  count  = local.home ? 1 : 0

  name_prefix   = local.prefix
  account_id    = var.account_id
  region        = var.region
  operator_role = var.role_name
  source_code = {
    connection_arn = local.platform.source_code.connections.hub
    repository     = local.platform.source_code.repository
    branch         = local.platform.source_code.branch
  }
  release_bucket = { arns = local.release_buckets }
  builds         = local.builds[0]
  package_index  = module.package_index[0]
}
