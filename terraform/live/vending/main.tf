# The vending pipeline, in the management account: it alone may enter every account, and it holds the states. Applied last, because
# its image is built by the hub.
locals {
  platform = yamldecode(file("${path.module}/../../platform.yaml"))
  region   = local.platform.regions[0]
  name     = "${local.platform.name_prefix}-vending"
}

provider "aws" {
  region = local.region

  default_tags {
    tags = local.platform.tags
  }
}

module "access_logs" {
  source = "../../modules/access_logs"

  name       = "${local.name}-access-logs-${var.account_id}-${local.region}"
  account_id = var.account_id
}

module "pipeline" {
  source = "../../modules/vending_pipeline"

  name              = local.name
  place             = { account_id = var.account_id, region = local.region, organization_id = var.organization_id }
  image             = var.image
  key_arn           = aws_kms_key.this.arn
  access            = var.access
  alarm_topic_arn   = aws_sns_topic.alarms.arn
  access_log_bucket = module.access_logs.name
}
