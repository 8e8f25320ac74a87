# The few who may take the closed role on in a window. This account has no service control policy, so the rule that no member account has
# users or keys needs no exception.
module "emergency_users" {
  source = "../../modules/emergency_users"

  name_prefix     = local.platform.name_prefix
  names           = local.platform.break_glass_users
  role_name       = one([for name, persona in yamldecode(file("${path.module}/../../roles.yaml")).personas : name if try(persona.requires_break_glass, false)])
  organization_id = aws_organizations_organization.this.id
}
