# Users without a password and without a key: an operator hands both out with a device, and IAM records it. All that a user may is take
# the closed role on, with a code of the device; when and in which account the role's trust says.
resource "aws_iam_user" "this" {
  #checkov:skip=CKV_AWS_273:Emergency users must work when the identity provider does not, and prove a device to AWS itself
  for_each = var.names

  name          = each.value
  path          = local.path
  force_destroy = true # with the keys and the device that a person was given
  tags          = { owner = each.value }
}

resource "aws_iam_group" "this" {
  name = local.name
  path = local.path
}

resource "aws_iam_group_policy" "this" {
  name  = "permissions"
  group = aws_iam_group.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "TakeTheClosedRoleOn"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:aws:iam::*:role/${var.role_name}"
      Condition = {
        Bool         = { "aws:MultiFactorAuthPresent" = "true" }
        StringEquals = { "aws:ResourceOrgID" = var.organization_id }
      }
    }]
  })
}

resource "aws_iam_group_membership" "this" {
  name  = local.name
  group = aws_iam_group.this.name
  users = [for user in aws_iam_user.this : user.name]
}

locals {
  name = "${var.name_prefix}-break-glass"
  path = "/break-glass/" # roles.yaml's window names users by it
}
