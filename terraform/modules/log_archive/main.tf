# Every account's audit logs, in an account where nobody works. Object Lock keeps each log until its retention ends.
module "bucket" {
  #checkov:skip=CKV2_AWS_61:No rule expires a log: people decide, once its retention has ended
  #checkov:skip=CKV2_AWS_62:Nothing consumes events of this bucket
  #checkov:skip=CKV_AWS_144:Data stays in its region by policy; versions and Object Lock protect against loss
  source = "../private_bucket"

  name        = var.bucket_name
  kms_key     = { arn = aws_kms_key.this.arn }
  object_lock = var.object_lock
  policy_statements = jsondecode(templatefile("${path.module}/policies/bucket.json", {
    bucket_arn      = "arn:aws:s3:::${var.bucket_name}"
    organization_id = var.organization_id
  })).Statement
}
