locals {
  root = "arn:aws:iam::${var.account_id}:root"

  # terraform/roles.yaml is the one source of who may do what; here it becomes roles.
  source = yamldecode(templatefile(var.roles_file, {
    name_prefix = var.name_prefix, account_id = var.account_id, data_key_arn = var.data_key_arn
  }))
  documents = {
    for kind in ["personas", "execution_roles"] : kind => {
      for name, role in local.source[kind] : name => jsonencode({
        Version   = "2012-10-17"
        Statement = flatten([for ability in role.abilities : local.source.abilities[ability]])
      })
    }
  }
}

resource "aws_iam_role" "persona" {
  for_each = local.source.personas

  name                 = each.key
  description          = each.value.meaning
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = try(each.value.closed, false) ? local.closed : local.sign_in[each.key]
  })
}

resource "aws_iam_role_policy" "persona" {
  for_each = aws_iam_role.persona

  name   = "permissions"
  role   = each.value.name
  policy = local.documents.personas[each.key]
}
