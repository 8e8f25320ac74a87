# Spelt, so that a plan knows the bucket's policy before there is a bucket.
locals {
  arn = "arn:aws:s3:::${var.name}"
}

# Frozen templates: versioned, and locked so that what was published can be neither changed nor deleted.
resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV2_AWS_61:Published templates are evidence: they are kept, never expired
  #checkov:skip=CKV2_AWS_62:Releases are announced by the release pipeline, not by the bucket
  #checkov:skip=CKV_AWS_144:A release is published to the bucket of every region by itself
  bucket              = var.name
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = var.retention_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_log_bucket
  target_prefix = "${var.name}/"
}

# Binds the hub's administrators too: a template that did not come through a release never gets here.
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTheReleaseWrites"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention"]
        Resource  = "${local.arn}/*"
        Condition = { ArnNotEquals = { "aws:PrincipalArn" = var.writer_arn } }
      },
      # What new repositories begin with, and what Studio shows: the spokes read it when a project is made.
      {
        Sid       = "OrganisationReadsWhatProjectsBeginWith"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = "s3:GetObject"
        Resource  = [for folder in ["seeds", "studio"] : "${local.arn}/${folder}/*"]
        Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "s3:*"
        Resource  = [local.arn, "${local.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Studio's page reads templates from a bucket in the browser.
# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
resource "aws_s3_bucket_cors_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://*.sagemaker.aws"]
    allowed_headers = ["*"]
    max_age_seconds = 3000
  }
}
