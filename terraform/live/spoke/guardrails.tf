# The standard security controls of every account; no role of the account can disable them.
module "audit_trail" {
  source   = "../../modules/audit_trail"
  for_each = local.home_region

  name_prefix    = local.prefix
  account_id     = var.account_id
  region         = var.region
  archive        = { bucket_name = var.log_archive.bucket_name, key_arn = var.log_archive.key_arn }
  logs_key_arn   = module.keys.arns["logs"]
  retention_days = var.settings.log_retention_days
}

module "alarms" {
  source   = "../../modules/alarms"
  for_each = local.home_region

  name_prefix    = local.prefix
  log_group_name = module.audit_trail[each.key].log_group_name
  key_arn        = module.keys.arns["logs"]
  addresses      = [var.request.owner]
}

# Temporary use of the break-glass role: requested, approved by another person, at most 60 minutes.
module "break_glass" {
  source   = "../../modules/break_glass"
  for_each = local.home_region

  name_prefix           = local.prefix
  account_id            = var.account_id
  region                = var.region
  management_account_id = var.management_account_id
  roles_file            = "${path.module}/../../roles.yaml"
  topic_arn             = module.alarms[each.key].topic_arn
  key_arn               = module.keys.arns["logs"]
}

module "budget" {
  source   = "../../modules/budget"
  for_each = local.home_region

  name      = var.account_name
  dollars   = var.request.budget
  percent   = var.settings.budget_alert_percent
  addresses = [var.request.owner]
}

module "threat_detection" {
  source = "../../modules/threat_detection"

  name_prefix = local.prefix
  region      = var.region
}

module "aws_config" {
  source = "../../modules/aws_config"

  name_prefix         = local.prefix
  account_id          = var.account_id
  region              = var.region
  is_home_region      = var.is_home_region
  archive_bucket_name = var.log_archive.bucket_name
  archive_key_arn     = var.log_archive.key_arn
}

module "account_defaults" {
  source = "../../modules/account_defaults"

  key_arn        = module.keys.arns["data"]
  is_home_region = var.is_home_region
}

# Service quotas, with an alarm before a quota is used up.
module "quotas" {
  source = "../../modules/quotas"

  name_prefix = local.prefix
  requests = {
    training-gpu = { service = "sagemaker", quota = "L-3F53BF0F", value = var.settings.quota_training_instances } # ml.g4dn.xlarge
  }
  alarm_topic_arns = [for alarms in module.alarms : alarms.topic_arn]
}
