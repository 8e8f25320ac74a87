module "keys" {
  source = "../../modules/kms_keys"

  name_prefix = "${local.prefix}-hub"
  account_id  = var.account_id
  region      = var.region
  classes = {
    images   = { description = "Images in the registry" }
    packages = { description = "Packages in the index" }
    releases = { description = "Frozen templates, build sources and pipeline artifacts" }
    logs     = { description = "Log groups", services = ["logs"] }
  }
}
