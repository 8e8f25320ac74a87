locals {
  name = "${var.name_prefix}-audit"
  arn  = "arn:aws:cloudtrail:${var.region}:${var.account_id}:trail/${local.name}"
}

# API calls of every region, delivered twice: to the log archive, where nobody can change them, and to a log group for the alarms.
resource "aws_cloudtrail" "this" {
  #checkov:skip=CKV_AWS_252:Module alarms tells people what matters; a message for each log file would be read by nobody
  name                          = local.name
  s3_bucket_name                = var.archive.bucket_name
  kms_key_id                    = var.archive.key_arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.this.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name_prefix}/audit"
  retention_in_days = var.retention_days
  kms_key_id        = var.logs_key_arn
}

resource "aws_iam_role" "this" {
  name        = local.name
  description = "Lets CloudTrail write to its log group"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceArn" = local.arn } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "permissions"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })
}
