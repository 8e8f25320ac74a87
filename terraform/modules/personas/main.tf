locals {
  # terraform/roles.yaml is the only source of permissions; this module creates its roles.
  template_variables = {
    name_prefix   = var.name_prefix
    account_id    = var.account_id
    data_key_arn  = var.data_key_arn
    operator_role = var.sign_in.operator_role
    saml_provider = var.sign_in.saml_provider
    persona       = ""
    management_id = var.management_account_id

    # Without a grant the break-glass role is nobody's, in the first second of 1970.
    requester = "nobody"
    from      = "1970-01-01T00:00:00Z"
    until     = "1970-01-01T00:00:01Z"
  }
  source = yamldecode(templatefile(var.roles_file, local.template_variables))

  # The same without the key ARN, which a first plan does not know: the keys of for_each must be known before the apply.
  plan_time_variables = merge(local.template_variables, { data_key_arn = "" })
  roles               = yamldecode(templatefile(var.roles_file, local.plan_time_variables))
  sign_ins            = { for name in keys(local.roles.personas) : name => yamldecode(templatefile(var.roles_file, merge(local.plan_time_variables, { persona = name }))).sign_in }
  trust = { for name, persona in local.roles.personas : name =>
    [for method in ["operator", var.sign_in.method, "break_glass"] : local.sign_ins[name][method] if(method == "break_glass") == contains(local.break_glass_roles, name)]
  }
  break_glass_roles = [for name, persona in local.roles.personas : name if try(persona.requires_break_glass, false)]
  documents = {
    for kind in ["personas", "execution_roles"] : kind => {
      for name, role in local.roles[kind] : name => jsonencode({
        Version   = "2012-10-17"
        Statement = flatten([for policy in role.policies : local.source.policies[policy]])
      })
    }
  }
}

resource "aws_iam_role" "persona" {
  for_each = local.roles.personas

  name                 = each.key
  description          = each.value.description
  max_session_duration = 3600
  permissions_boundary = contains(local.break_glass_roles, each.key) ? aws_iam_policy.break_glass[each.key].arn : null
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.trust[each.key] })
}

resource "aws_iam_role_policy" "persona" {
  for_each = aws_iam_role.persona

  name   = "permissions"
  role   = each.value.name
  policy = local.documents.personas[each.key]
}
