module "spoke_contract" {
  source = "../../modules/contract"

  contracts_file = "${path.module}/../../contracts.yaml"
  scope          = "spoke"
  values = {
    vpc_id                            = module.network.vpc_id
    subnet_ids                        = join(",", module.network.subnet_ids)
    endpoint_security_group_id        = module.network.endpoint_security_group_id
    s3_prefix_list_id                 = module.network.s3_prefix_list_id
    vpc_endpoint_id_s3                = module.network.s3_endpoint_id
    data_key_arn                      = module.keys.arns["data"]
    logs_key_arn                      = module.keys.arns["logs"]
    access_log_bucket                 = module.access_logs.name
    permissions_boundary_arn          = module.roles.boundary_arn
    environment                       = var.environment
    team                              = var.team
    cost_centre                       = local.team.cost_centre
    developer_execution_role_arn      = module.roles.execution_role_arns["developer"]
    model_approver_execution_role_arn = module.roles.execution_role_arns["model-approver"]
  }
}

module "hub_contract" {
  source = "../../modules/contract"

  contracts_file = "${path.module}/../../contracts.yaml"
  scope          = "hub"
  values = {
    studio_image_uri         = "${var.hub.studio_repository_url}@${local.platform.hub.studio_image_digest}"
    package_index_domain     = local.platform.hub.package_index.domain
    package_index_repository = local.platform.hub.package_index.repository
    package_index_account    = var.hub.account_id
  }
}
