# The image factory builds each folder of terraform/images that contracts.yaml names (scope images). Repository "base" holds their base
# images. People push "studio", "model-monitor" and "clarify"; platform.yaml pins the digests of these three.
locals {
  contracts = { for key, contract in yamldecode(file("${path.module}/../../contracts.yaml")).images : replace(trimsuffix(key, "_image_uri"), "_", "-") => contract.path }
}

module "ecr_repositories" {
  source = "../../modules/ecr_repositories"

  name_prefix     = local.prefix
  account_id      = var.account_id
  organization_id = var.organization.organization_id
  key_arn         = module.keys.arns["images"]
  repositories    = setunion(["base", "studio", "model-monitor", "clarify"], keys(local.contracts))
  contracts       = local.contracts
  replicate_to    = local.is_home_region ? slice(local.platform.regions, 1, length(local.platform.regions)) : []
}
