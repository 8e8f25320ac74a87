# The break-glass role. Module break_glass grants access by writing the role's trust policy and the policy below, and revokes it by writing
# both as they are here: Terraform shows a grant in force as a change, and an apply revokes it.
resource "aws_iam_role_policy" "break_glass_session" {
  for_each = toset(local.break_glass_roles)

  name   = "window"
  role   = aws_iam_role.persona[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.roles.break_glass_session_policy })
}

# The role's own policy again as its permissions boundary: writing the policy above cannot add permissions to the role.
resource "aws_iam_policy" "break_glass" {
  #checkov:skip=CKV_AWS_287:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_288:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_289:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_290:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_355:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  for_each = toset(local.break_glass_roles)

  name        = "${var.name_prefix}-${each.key}"
  description = "Upper bound of ${each.key}: its own policy"
  policy      = local.documents.personas[each.key]
}
