# Users who may assume the break-glass role while their access is granted. Service control policies do not apply to this account, so the
# rule that member accounts have no users or access keys needs no exception.
module "emergency_users" {
  source = "../../modules/emergency_users"

  name_prefix     = local.platform.name_prefix
  names           = local.platform.break_glass_users
  role_name       = one([for name, persona in yamldecode(file("${path.module}/../../roles.yaml")).personas : name if try(persona.requires_break_glass, false)])
  organization_id = aws_organizations_organization.this.id
}
