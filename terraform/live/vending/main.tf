# The vending pipeline, in the management account, which alone may assume roles in every account and which holds the Terraform states.
# It is applied last, because the hub builds its image.
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
  account_id        = var.account_id
  region            = local.region
  organization_id   = var.organization_id
  image             = var.image
  key_arn           = aws_kms_key.this.arn
  state_access      = var.state_access
  alarm_topic_arn   = aws_sns_topic.alarms.arn
  access_log_bucket = module.access_logs.name
}

# The pipeline of a merge: it applies the organisation, the log archive and the hub, then uploads the account list that starts the pipeline above.
module "merge" {
  source = "../../modules/vending_merge"

  name       = "${local.name}-merge"
  account_id = var.account_id
  region     = local.region
  source_code = {
    connection_arn = local.platform.source_code.connections.management
    repository     = local.platform.source_code.repository
    branch         = local.platform.source_code.branch
  }
  image        = { address = var.image, repository_arn = module.pipeline.image_repository_arn }
  state_access = merge(var.state_access, { account_ids = var.platform_account_ids })
  builds = {
    bucket_name  = module.pipeline.bucket_name
    bucket_arn   = "arn:aws:s3:::${module.pipeline.bucket_name}"
    data_key_arn = aws_kms_key.this.arn
    logs_key_arn = aws_kms_key.this.arn
  }
}
