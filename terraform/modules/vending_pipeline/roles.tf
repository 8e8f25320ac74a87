locals {
  # Role -> service that assumes it, for this account only.
  roles = {
    machine = "states.amazonaws.com"
    builds  = "codebuild.amazonaws.com"
    trigger = "events.amazonaws.com"
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name        = "${var.name}-${each.key}"
  description = "What the ${each.key} of the vending pipeline may do"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = each.value }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.roles

  name   = "permissions"
  role   = aws_iam_role.this[each.key].name
  policy = templatefile("${path.module}/policies/${each.key}.json", local.template_variables)
}
