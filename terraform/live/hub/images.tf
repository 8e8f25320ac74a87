# Every folder of terraform/images that contracts.yaml names (scope images) is built by the factory; "base" holds what they start
# from; "studio", "model-monitor" and "clarify" are pushed by people, and platform.yaml fixes their digests.
locals {
  contracts = { for key, contract in yamldecode(file("${path.module}/../../contracts.yaml")).images : replace(trimsuffix(key, "_image_uri"), "_", "-") => contract.path }
}

module "images" {
  source = "../../modules/images"

  name_prefix     = local.prefix
  account_id      = var.account_id
  organization_id = var.organization.organization_id
  key_arn         = module.keys.arns["images"]
  repositories    = setunion(["base", "studio", "model-monitor", "clarify"], keys(local.contracts))
  contracts       = local.contracts
  replicate_to    = local.home ? slice(local.platform.regions, 1, length(local.platform.regions)) : []
}
