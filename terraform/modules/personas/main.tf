locals {
  # terraform/roles.yaml is the one source of who may do what; here it becomes roles.
  words = {
    name_prefix   = var.name_prefix
    account_id    = var.account_id
    data_key_arn  = var.data_key_arn
    operator_role = var.sign_in.operator_role
    provider      = var.sign_in.provider
    persona       = ""
  }
  source = yamldecode(templatefile(var.roles_file, local.words))

  # The same without the key, which a plan from nothing does not know yet: who exists must be known before.
  known    = merge(local.words, { data_key_arn = "" })
  outline  = yamldecode(templatefile(var.roles_file, local.known))
  sign_ins = { for name in keys(local.outline.personas) : name => yamldecode(templatefile(var.roles_file, merge(local.known, { persona = name }))).sign_in }
  trust = { for name, persona in local.outline.personas : name =>
    [for way in ["operator", var.sign_in.by, "closed"] : local.sign_ins[name][way] if(way == "closed") == try(persona.closed, false)]
  }
  documents = {
    for kind in ["personas", "execution_roles"] : kind => {
      for name, role in local.outline[kind] : name => jsonencode({
        Version   = "2012-10-17"
        Statement = flatten([for ability in role.abilities : local.source.abilities[ability]])
      })
    }
  }
}

resource "aws_iam_role" "persona" {
  for_each = local.outline.personas

  name                 = each.key
  description          = each.value.meaning
  max_session_duration = 3600
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.trust[each.key] })
}

resource "aws_iam_role_policy" "persona" {
  for_each = aws_iam_role.persona

  name   = "permissions"
  role   = each.value.name
  policy = local.documents.personas[each.key]
}
