# Input: the list of accounts and the source that vends them. Output: the results of every run. Old versions stay for a while, because
# a redriven run reads the list and the source of its start.
module "bucket" {
  #checkov:skip=CKV_AWS_144:The list and the source come from the repository and can be uploaded again
  source = "../private_bucket"

  name        = local.bucket_name
  kms_key     = { arn = var.key_arn }
  access_logs = { bucket = var.access_log_bucket }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = module.bucket.name

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "results"
    status = "Enabled"

    filter {
      prefix = "${local.results}/"
    }

    expiration {
      days = 400
    }
  }
}
