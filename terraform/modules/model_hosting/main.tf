# Where promoted models live: a bucket that only the promotion writes. A copy lies under its digest; old ones stay as evidence.
locals {
  bucket = "${var.name_prefix}-models-${var.account_id}-${var.region}"
  writer = "arn:aws:iam::${var.account_id}:role/${var.name_prefix}-promotion-target"
  role   = "arn:aws:iam::${var.account_id}:role/${var.name_prefix}-model-serving"
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV2_AWS_61:Promoted models are evidence: they are kept, never expired
  #checkov:skip=CKV2_AWS_62:The deployment pipeline tells what was promoted, not the bucket
  #checkov:skip=CKV_AWS_144:A team's models live in its region; development keeps the originals
  bucket = local.bucket
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
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
      kms_master_key_id = var.data_key_arn
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_log_bucket
  target_prefix = "${local.bucket}/"
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = templatefile("${path.module}/policies/bucket.json", { bucket = aws_s3_bucket.this.arn, writer = local.writer, role = local.role })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
