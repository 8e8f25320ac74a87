# What many modules need around them.
locals {
  account = "123456789012"
  region  = "eu-west-2"
}

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["servicecatalog.amazonaws.com"]
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
  feature_set                   = "ALL"
}

resource "aws_organizations_organizational_unit" "this" {
  for_each = toset(["development", "production"])

  name      = each.value
  parent_id = aws_organizations_organization.this.roots[0].id
}

resource "aws_kms_key" "this" {
  description             = "Of the tests"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}

resource "aws_sns_topic" "this" {
  name = "tests"
}

# Takes the access logs of the other buckets and goes with them; that of module access_logs stays while it holds any.
resource "aws_s3_bucket" "logs" {
  bucket        = "tests-logs-of-others"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
    }]
  })
}
