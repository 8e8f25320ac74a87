# Studio runs under the execution role of the profile's type; launch roles may pass only these two.
resource "aws_iam_role" "studio" {
  for_each = local.roles.execution_roles

  name                 = "studio-${each.key}"
  description          = "Execution role of Studio profiles of type ${each.key}"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:SetSourceIdentity"] # the profile's name is the source identity
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "studio" {
  for_each = aws_iam_role.studio

  name   = "permissions"
  role   = each.value.name
  policy = local.documents.execution_roles[each.key]
}
