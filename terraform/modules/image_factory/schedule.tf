# A rebuild installs the fixes of the base image; without it scans report new findings on unchanged images.
resource "aws_cloudwatch_event_rule" "rebuild" {
  name                = "${var.name_prefix}-image-rebuild"
  description         = "Rebuilds the shared images"
  schedule_expression = var.schedule
}

resource "aws_cloudwatch_event_target" "rebuild" {
  for_each = var.images

  rule      = aws_cloudwatch_event_rule.rebuild.name
  target_id = each.key
  arn       = aws_codebuild_project.this[each.key].arn
  role_arn  = aws_iam_role.rebuild.arn
}

resource "aws_iam_role" "rebuild" {
  name        = "${var.name_prefix}-image-rebuild"
  description = "Starts the builds of the shared images"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "rebuild" {
  name = "start"
  role = aws_iam_role.rebuild.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "codebuild:StartBuild"
      Resource = [for project in aws_codebuild_project.this : project.arn]
    }]
  })
}
