# Service control policies, which bound every role of an account, and the tag policy.
locals {
  root_id = aws_organizations_organization.this.roots[0].id
  unit_ids = {
    for name, unit in aws_organizations_organizational_unit.this : name => unit.id
  }

  # AWS accepts five policies per target, including FullAWSAccess. Policies of the root apply to every unit.
  policies = merge(
    { for environment in local.platform.organization.environments : environment => ["baseline", "sagemaker"] },
    { platform = ["baseline", "catalogue"], suspended = ["suspended"] },
  )
}

module "service_control_policies" {
  source = "../../modules/service_control_policies"

  name_prefix = local.platform.name_prefix
  regions     = local.platform.regions
  log_bucket  = local.platform.log_archive.bucket
  targets = merge(
    { root = { id = local.root_id, policies = ["regions", "membership", "audit_trail", "sharing"] } },
    { for unit, policies in local.policies : unit => { id = local.unit_ids[unit], policies = policies } },
  )

  depends_on = [aws_organizations_organization.this]
}

module "tag_policy" {
  source = "../../modules/tag_policy"

  name      = "${local.platform.name_prefix}-tags"
  target_id = local.root_id
  tags = merge(
    { for tag, value in local.platform.tags : tag => [value] },
    { team = [], cost-centre = [], environment = local.platform.organization.environments },
  )

  depends_on = [aws_organizations_organization.this]
}
