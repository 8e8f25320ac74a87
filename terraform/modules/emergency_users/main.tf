# Users without password and access key: an operator issues both together with an MFA device, and CloudTrail records it. A user may only
# assume the break-glass role, with a code of the device; the role's trust policy decides when and in which account.
resource "aws_iam_user" "this" {
  #checkov:skip=CKV_AWS_273:Emergency users must work when the identity provider does not, and prove a device to AWS itself
  for_each = var.names

  name          = each.value
  path          = local.path
  force_destroy = true # deletes the access keys and the MFA device of the user as well
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
  path = "/break-glass/" # the trust policy in roles.yaml names users by this path
}
