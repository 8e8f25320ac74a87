# What the home region holds for all regions: the package index, the builds of the images, the release pipeline.
locals {
  release_buckets = [for region in local.platform.regions : "arn:aws:s3:::${local.platform.hub.release_bucket}-${var.account_id}-${region}"]
  build_keys      = { data = module.keys.arns["releases"], logs = module.keys.arns["logs"] }
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

  name_prefix         = local.prefix
  account_id          = var.account_id
  regions             = local.platform.regions
  images_dir          = "${path.module}/../../images"
  base_repository_arn = module.images.arns["base"]
  package_index       = module.package_index[0]
  bucket              = module.build_bucket[0]
  key_arns            = local.build_keys
  images = { for image, contract in local.contracts : image => {
    repository_url = module.images.urls[image]
    repository_arn = module.images.arns[image]
    contract       = contract
  } }
}

module "release_pipeline" {
  source = "../../modules/release_pipeline"
  count  = local.home ? 1 : 0

  name_prefix    = local.prefix
  account_id     = var.account_id
  region         = var.region
  operator_role  = var.role_name
  source_code    = local.platform.hub.source_code
  release_bucket = { arns = local.release_buckets }
  bucket         = module.build_bucket[0]
  key_arns       = local.build_keys
  package_index  = module.package_index[0]
}
