locals {
  # terraform/roles.yaml is the one source of who may do what; here it becomes roles.
  words = {
    name_prefix   = var.name_prefix
    account_id    = var.account_id
    data_key_arn  = var.data_key_arn
    operator_role = var.sign_in.operator_role
    saml_provider = var.sign_in.saml_provider
    persona       = ""
    management_id = var.management_account_id

    # A closed role's window: nobody's, and the first second of 1970.
    requester = "nobody"
    from      = "1970-01-01T00:00:00Z"
    until     = "1970-01-01T00:00:01Z"
  }
  source = yamldecode(templatefile(var.roles_file, local.words))

  # The same without the key, which a plan from nothing does not know yet: who exists must be known before.
  known    = merge(local.words, { data_key_arn = "" })
  outline  = yamldecode(templatefile(var.roles_file, local.known))
  sign_ins = { for name in keys(local.outline.personas) : name => yamldecode(templatefile(var.roles_file, merge(local.known, { persona = name }))).sign_in }
  trust = { for name, persona in local.outline.personas : name =>
    [for way in ["operator", var.sign_in.method, "break_glass"] : local.sign_ins[name][way] if(way == "break_glass") == contains(local.closed, name)]
  }
  closed = [for name, persona in local.outline.personas : name if try(persona.requires_break_glass, false)]
  documents = {
    for kind in ["personas", "execution_roles"] : kind => {
      for name, role in local.outline[kind] : name => jsonencode({
        Version   = "2012-10-17"
        Statement = flatten([for policy in role.policies : local.source.policies[policy]])
      })
    }
  }
}

resource "aws_iam_role" "persona" {
  for_each = local.outline.personas

  name                 = each.key
  description          = each.value.description
  max_session_duration = 3600
  permissions_boundary = contains(local.closed, each.key) ? aws_iam_policy.closed[each.key].arn : null
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.trust[each.key] })
}

resource "aws_iam_role_policy" "persona" {
  for_each = aws_iam_role.persona

  name   = "permissions"
  role   = each.value.name
  policy = local.documents.personas[each.key]
}
