# What is particular to a role that is taken on in a window only. Module break_glass opens the window by writing the role's trust and
# the policy below, and closes it by writing both as they are here: Terraform sees a window that is open as a change, and an apply ends it.
resource "aws_iam_role_policy" "window" {
  for_each = toset(local.closed)

  name   = "window"
  role   = aws_iam_role.persona[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.outline.break_glass_session_policy })
}

# The role's own policy once more, as its upper bound: who may write a window's policy can give the role nothing by it.
resource "aws_iam_policy" "closed" {
  #checkov:skip=CKV_AWS_287:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_288:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_289:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_290:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_355:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  for_each = toset(local.closed)

  name        = "${var.name_prefix}-${each.key}"
  description = "Upper bound of ${each.key}: its own policy"
  policy      = local.documents.personas[each.key]
}
