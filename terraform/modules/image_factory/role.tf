# The role may read its sources and the approved packages, push to these repositories and write these SSM parameters.
resource "aws_iam_role" "build" {
  name        = "${var.name_prefix}-image-factory"
  description = "Builds the shared images"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codebuild.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "build" {
  name = "build"
  role = aws_iam_role.build.name
  policy = templatefile("${path.module}/policies/build.json", {
    base_arn       = jsonencode(var.dockerfiles.base_repository_arn)
    bucket_arn     = var.builds.bucket_arn
    contract_arns  = jsonencode(flatten([for image in var.images : [for region in var.regions : "arn:aws:ssm:${region}:${var.account_id}:parameter${image.contract}"]]))
    data_key_arn   = var.builds.data_key_arn
    domain_arn     = var.package_index.domain_arn
    log_group_arn  = aws_cloudwatch_log_group.this.arn
    repository_arn = var.package_index.repository_arn
    target_arns    = jsonencode([for image in var.images : image.repository_arn])
  })
}
