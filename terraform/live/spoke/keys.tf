module "keys" {
  source = "../../modules/kms_keys"

  name_prefix = local.prefix
  account_id  = var.account_id
  region      = var.region
  classes = {
    data    = { description = "Data sets and working files, and messages that wait in topics", services = ["events"] }
    models  = { description = "Models and what they are made of" }
    secrets = { description = "Secrets and parameters that are secret" }
    logs    = { description = "Log groups and alarms", services = ["budgets", "cloudwatch", "events", "logs"] }
  }
}
