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
    tags = local.platform.tags
  }
}

module "log_archive" {
  source = "../../modules/log_archive"

  bucket_name     = "${local.platform.log_archive.bucket}-${var.account_id}-${local.region}"
  account_id      = var.account_id
  organization_id = var.organization.organization_id
  object_lock     = { mode = "COMPLIANCE", days = local.platform.log_archive.retention_days }
}
