# Permissions boundary of every role that a product creates and of Studio's execution roles. It grants nothing by itself.
resource "aws_iam_policy" "boundary" {
  #checkov:skip=CKV_AWS_287:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_288:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_289:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_290:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_355:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  name        = "${var.name_prefix}-boundary"
  description = "Upper bound of roles that products create"
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.source.boundary })
}
