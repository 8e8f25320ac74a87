# The release role alone writes products and templates. Its build takes it on; so does the hub's operator role, by which a person
# publishes by hand: whoever holds that one could change this trust as well, so leaving it out would only hide the way.
locals {
  name  = "${var.name_prefix}-release"
  roles = { check = "${local.name}-check", plan = "${local.name}-plan", publish = local.name }
  trust = {
    for step, role in local.roles : step => concat(
      [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "codebuild.amazonaws.com" }
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account_id }
          ArnEquals    = { "aws:SourceArn" = "arn:aws:codebuild:${var.region}:${var.account_id}:project/${local.name}-${step}" }
        }
      }],
      [for operator in step == "publish" ? [var.operator_role] : [] : {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:role/${operator}" }
      }],
    )
  }
  grants = {
    account_id          = var.account_id
    name_prefix         = var.name_prefix
    release_objects     = jsonencode([for arn in var.release_bucket.arns : "${arn}/*"])
    release_buckets     = jsonencode(var.release_bucket.arns)
    index_arns          = jsonencode(concat([var.package_index.repository_arn], values(var.package_index.quarantine_arns)))
    package_arn         = replace(var.package_index.repository_arn, ":repository/", ":package/")
    approved_repository = var.package_index.repository_arn
  }
}

resource "aws_iam_role" "step" {
  for_each = local.roles

  name               = each.value
  description        = "Release: ${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = local.trust[each.key] })
}

# What every step needs: its log, the checked-out source, the approved packages.
resource "aws_iam_role_policy" "build" {
  for_each = local.roles

  name = "build"
  role = aws_iam_role.step[each.key].name
  policy = templatefile("${path.module}/policies/build.json", {
    bucket_arn     = var.bucket.arn
    data_key_arn   = var.key_arns.data
    domain_arn     = var.package_index.domain_arn
    folder         = local.name
    log_group_arn  = aws_cloudwatch_log_group.this.arn
    repository_arn = var.package_index.repository_arn
  })
}

resource "aws_iam_role_policy" "read" {
  for_each = { for step in ["plan", "publish"] : step => local.roles[step] }

  name   = "read"
  role   = aws_iam_role.step[each.key].name
  policy = templatefile("${path.module}/policies/read.json", local.grants)
}

resource "aws_iam_role_policy" "publish" {
  name   = "publish"
  role   = aws_iam_role.step["publish"].name
  policy = templatefile("${path.module}/policies/publish.json", local.grants)
}

resource "aws_iam_role" "pipeline" {
  name        = "${local.name}-pipeline"
  description = "Moves a release from step to step"
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
  name = "move"
  role = aws_iam_role.pipeline.name
  policy = templatefile("${path.module}/policies/pipeline.json", {
    bucket_arn     = var.bucket.arn
    connection_arn = var.source_code.connection_arn
    data_key_arn   = var.key_arns.data
    folder         = local.name
    project_arns   = jsonencode([for step in keys(local.roles) : "arn:aws:codebuild:${var.region}:${var.account_id}:project/${local.name}-${step}"])
  })
}

# Says yes or no to a release and has no other right: neither merging, nor starting, nor changing the pipeline.
resource "aws_iam_role" "approver" {
  name        = "${local.name}-approver"
  description = "Approves releases that somebody else has merged"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}

resource "aws_iam_role_policy" "approver" {
  name   = "approve"
  role   = aws_iam_role.approver.name
  policy = templatefile("${path.module}/policies/approver.json", { pipeline_arn = aws_codepipeline.this.arn, log_group_arn = aws_cloudwatch_log_group.this.arn })
}
