locals {
  arn = "arn:aws:s3:::${var.name}"
}

# Published templates: versioned, and locked so that nobody changes or deletes a published version.
module "bucket" {
  #checkov:skip=CKV2_AWS_61:Published templates are evidence: they are kept, never expired
  #checkov:skip=CKV2_AWS_62:The release pipeline announces releases, not the bucket
  #checkov:skip=CKV_AWS_144:A release is published to the bucket of every region
  source = "../private_bucket"

  name        = var.name
  kms_key     = { arn = var.key_arn }
  access_logs = { bucket = var.access_log_bucket }
  object_lock = { mode = "GOVERNANCE", days = var.retention_days }
  policy_statements = [
    # Binds the hub's administrators too: every template here came through a release.
    {
      Sid       = "OnlyTheReleaseWrites"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention"]
      Resource  = "${local.arn}/*"
      Condition = { ArnNotEquals = { "aws:PrincipalArn" = var.writer_arn } }
    },
    # The initial content of repositories, and what Studio shows: spokes read it when a project is created.
    {
      Sid       = "OrganisationReadsWhatProjectsBeginWith"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "s3:GetObject"
      Resource  = [for folder in ["seeds", "studio"] : "${local.arn}/${folder}/*"]
      Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
    },
  ]
}

# Studio's page reads templates from a bucket in the browser.
# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
resource "aws_s3_bucket_cors_configuration" "this" {
  bucket = module.bucket.name

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://*.sagemaker.aws"]
    allowed_headers = ["*"]
    max_age_seconds = 3000
  }
}
