# Resources of the home region that serve all regions: the package index, the image factory, the release pipeline.
locals {
  release_buckets = [for region in local.platform.regions : "arn:aws:s3:::${local.platform.hub.release_bucket}-${var.account_id}-${region}"]
  builds = [for bucket in module.build_bucket : {
    bucket_name  = bucket.name
    bucket_arn   = bucket.arn
    data_key_arn = module.keys.arns["releases"]
    logs_key_arn = module.keys.arns["logs"]
  }]
}

# Sources of image builds, and artifacts of the release pipeline.
module "build_bucket" {
  #checkov:skip=CKV2_AWS_62:Nothing consumes events of this bucket
  #checkov:skip=CKV2_AWS_61:What a release was built from is kept as long as the release
  #checkov:skip=CKV_AWS_144:Everything here can be built again from the repository
  source = "../../modules/private_bucket"
  count  = local.is_home_region ? 1 : 0

  name        = "${local.prefix}-builds-${var.account_id}-${var.region}"
  kms_key     = { arn = module.keys.arns["releases"] }
  access_logs = { bucket = module.access_logs.name }
}

module "codeartifact" {
  source = "../../modules/codeartifact"
  count  = local.is_home_region ? 1 : 0

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
  count  = local.is_home_region ? 1 : 0

  name_prefix   = local.prefix
  account_id    = var.account_id
  regions       = local.platform.regions
  dockerfiles   = { folder = "${path.module}/../../images", base_repository_arn = module.ecr_repositories.arns["base"] }
  package_index = module.codeartifact[0]
  builds        = local.builds[0]
  images = { for image, contract in local.contracts : image => {
    repository_url = module.ecr_repositories.urls[image]
    repository_arn = module.ecr_repositories.arns[image]
    contract       = contract
  } }
}

module "release_pipeline" {
  source = "../../modules/release_pipeline"
  count  = local.is_home_region ? 1 : 0

  name_prefix   = local.prefix
  account_id    = var.account_id
  region        = var.region
  operator_role = var.role_name
  source_code = {
    connection_arn = local.platform.source_code.connections.hub
    repository     = local.platform.source_code.repository
    branch         = local.platform.source_code.branch
  }
  image          = { address = module.ecr_repositories.published["vending"], repository_arn = module.ecr_repositories.arns["vending"] }
  release_bucket = { arns = local.release_buckets }
  builds         = local.builds[0]
  package_index  = module.codeartifact[0]
}
