# Every account's audit logs, in an account where nobody works. Locked: what is written stays until its time is over.
resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV2_AWS_61:No rule ends a log: people decide, once its lock is over
  #checkov:skip=CKV2_AWS_62:Nothing waits for what arrives here; a notification would have no reader
  #checkov:skip=CKV_AWS_144:Data stays in its region by policy; versions and the lock protect against loss
  bucket              = var.bucket_name
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
      mode = var.lock.mode
      days = var.lock.days
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
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = templatefile("${path.module}/policies/bucket.json", {
    bucket_arn      = aws_s3_bucket.this.arn
    organization_id = var.organization_id
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
