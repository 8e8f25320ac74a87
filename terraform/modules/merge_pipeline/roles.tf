# Only the step's own build may assume its role, and the principals that the caller names.
resource "aws_iam_role" "step" {
  for_each = { for step in var.steps : step.name => step }

  name        = each.value.role_name
  description = each.value.about
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = concat(
    [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codebuild.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
        ArnEquals    = { "aws:SourceArn" = "arn:aws:codebuild:${var.region}:${var.account_id}:project/${local.names[each.key]}" }
      }
    }],
    [for name in each.value.principals : {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:role/${name}" }
    }],
  ) })
}

# Permissions of every step: its log, its image, its source artifact and the clone of the repository that the artifact names.
resource "aws_iam_role_policy" "build" {
  for_each = aws_iam_role.step

  name   = "build"
  role   = each.value.name
  policy = templatefile("${path.module}/policies/build.json", local.template_variables)
}

resource "aws_iam_role" "pipeline" {
  name        = "${var.name}-pipeline"
  description = "Moves a merge from step to step"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codepipeline.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "pipeline" {
  name   = "move"
  role   = aws_iam_role.pipeline.name
  policy = templatefile("${path.module}/policies/pipeline.json", local.template_variables)
}

# The approver may approve or reject, and may neither start nor change the pipeline. People sign in through the permission set of the
# role's name, whose second factor Identity Center asks for; a session of a role never has one. Only the management account has users.
resource "aws_iam_role" "approver" {
  name        = "${var.name}-approver"
  description = "Approves what somebody else has merged"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
      }, {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::${var.account_id}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_${var.name}-approver_*" } }
    }]
  })
}

resource "aws_iam_role_policy" "approver" {
  name   = "approve"
  role   = aws_iam_role.approver.name
  policy = templatefile("${path.module}/policies/approver.json", local.template_variables)
}

locals {
  template_variables = {
    bucket_arn     = var.builds.bucket_arn
    connection_arn = var.source_code.connection_arn
    data_key_arn   = var.builds.data_key_arn
    folder         = substr(var.name, 0, 20) # CodePipeline truncates the folder name to this length
    log_group_arn  = aws_cloudwatch_log_group.this.arn
    pipeline_arn   = "arn:aws:codepipeline:${var.region}:${var.account_id}:${var.name}"
    repository_arn = var.image.repository_arn
    project_arns   = jsonencode([for name in values(local.names) : "arn:aws:codebuild:${var.region}:${var.account_id}:project/${name}"])
  }
}
