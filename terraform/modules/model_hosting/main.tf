locals {
  bucket     = "${var.name_prefix}-models-${var.account_id}-${var.region}"
  bucket_arn = "arn:aws:s3:::${local.bucket}"
  writer     = "arn:aws:iam::${var.account_id}:role/${var.name_prefix}-promotion-target"
  role       = "arn:aws:iam::${var.account_id}:role/${var.name_prefix}-model-serving"
}

# Promoted models: only the promotion writes them, each under its digest; old ones stay as evidence.
module "bucket" {
  #checkov:skip=CKV2_AWS_61:Promoted models are evidence: they are kept, never expired
  #checkov:skip=CKV2_AWS_62:The deployment pipeline reports promotions, not the bucket
  #checkov:skip=CKV_AWS_144:A team's models stay in its region; development keeps the originals
  source = "../private_bucket"

  name              = local.bucket
  kms_key           = { arn = var.data_key_arn }
  access_logs       = { bucket = var.access_log_bucket }
  policy_statements = jsondecode(templatefile("${path.module}/policies/bucket.json", { bucket = local.bucket_arn, writer = local.writer, role = local.role })).Statement
}
