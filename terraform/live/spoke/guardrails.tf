# The standard security controls of every account; nobody who works in it can switch them off.
module "audit_trail" {
  source   = "../../modules/audit_trail"
  for_each = local.home

  name_prefix    = local.prefix
  account_id     = var.account_id
  region         = var.region
  archive        = { bucket_name = var.log_archive.bucket_name, key_arn = var.log_archive.key_arn }
  logs_key_arn   = module.keys.arns["logs"]
  retention_days = var.settings.log_retention_days
}

module "alarms" {
  source   = "../../modules/alarms"
  for_each = local.home

  name_prefix    = local.prefix
  log_group_name = module.audit_trail[each.key].log_group_name
  key_arn        = module.keys.arns["logs"]
  addresses      = [var.request.owner]
}

# The way to the closed role: asked for, approved by another person, for an hour at most.
module "break_glass" {
  source   = "../../modules/break_glass"
  for_each = local.home

  name_prefix           = local.prefix
  place                 = { account_id = var.account_id, region = var.region }
  management_account_id = var.management_account_id
  roles_file            = "${path.module}/../../roles.yaml"
  topic_arn             = module.alarms[each.key].topic_arn
  key_arn               = module.keys.arns["logs"]
}

module "budget" {
  source   = "../../modules/budget"
  for_each = local.home

  name      = var.account_name
  dollars   = var.request.budget
  percent   = var.settings.budget_alert_percent
  addresses = [var.request.owner]
}

module "detection" {
  source = "../../modules/detection"

  name_prefix = local.prefix
  region      = var.region
}

module "configuration" {
  source = "../../modules/configuration"

  name_prefix         = local.prefix
  account_id          = var.account_id
  region              = var.region
  home                = var.home
  archive_bucket_name = var.log_archive.bucket_name
  archive_key_arn     = var.log_archive.key_arn
}

module "account_defaults" {
  source = "../../modules/account_defaults"

  key_arn = module.keys.arns["data"]
  home    = var.home
}

# What the account may use of AWS; it alarms before the bound is met.
module "quotas" {
  source = "../../modules/quotas"

  name_prefix = local.prefix
  requests = {
    training-gpu = { service = "sagemaker", quota = "L-3F53BF0F", value = var.settings.quota_training_instances } # ml.g4dn.xlarge
  }
  alarm_topic_arns = [for alarms in module.alarms : alarms.topic_arn]
}
