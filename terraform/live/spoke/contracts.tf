module "spoke_ssm_parameters" {
  source = "../../modules/ssm_parameters"

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
    permissions_boundary_arn          = local.boundary_arn
    environment                       = var.environment
    team                              = var.team
    cost_centre                       = var.request.cost_centre
    developer_execution_role_arn      = "${local.role_arn}/studio-developer"
    model_approver_execution_role_arn = "${local.role_arn}/studio-model-approver"
    promotion_role_arn                = "${local.role_arn}/${local.prefix}-promotion-${var.environment == "development" ? "source" : "target"}"
    model_bucket                      = "${local.prefix}-models-${var.account_id}-${var.region}"
    model_role_arn                    = "${local.role_arn}/${local.prefix}-model-serving"
    model_security_group_id           = try(module.model_hosting["home"].security_group_id, "none") # models are promoted to the home region only
    cluster_service_role_arn          = "${local.role_arn}/${local.prefix}-emr-service"
    cluster_instance_profile          = "${local.prefix}-emr-instance"
    cluster_job_role_arn              = "${local.role_arn}/${local.prefix}-emr-job"
    pre_production_account_id         = var.accounts["pre-production"]
    production_account_id             = var.accounts["production"]
    github_connection_arn             = module.git_connections.arns["GitHub"]
    gitlab_connection_arn             = module.git_connections.arns["GitLab"]
    bitbucket_connection_arn          = module.git_connections.arns["Bitbucket"]
  }
}

module "hub_ssm_parameters" {
  source = "../../modules/ssm_parameters"

  contracts_file = "${path.module}/../../contracts.yaml"
  scope          = "hub"
  values         = var.hub.contracts
}
