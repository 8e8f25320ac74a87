locals {
  # Role -> the service that assumes it, for this account only, and its name: the service control policies exempt the name of the state machine's role.
  roles = {
    machine = { service = "states.amazonaws.com", name = local.name }
    trigger = { service = "events.amazonaws.com", name = "${local.name}-trigger" }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name        = each.value.name
  description = "What the ${each.key} of windows may do"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = each.value.service }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.roles

  name   = "permissions"
  role   = aws_iam_role.this[each.key].name
  policy = templatefile("${path.module}/policies/${each.key}.json", local.policy_variables)
}
