# Receives the access logs of every other bucket of the account. Only S3 writes here, so that nobody forges or loses an entry.
module "bucket" {
  #checkov:skip=CKV_AWS_145:S3 delivers access logs only to buckets that are encrypted with its own keys
  #checkov:skip=CKV_AWS_18:This bucket receives the access logs; logging into itself would never end
  #checkov:skip=CKV2_AWS_62:Nothing consumes events of this bucket
  #checkov:skip=CKV_AWS_144:Data stays in its region by policy; versions protect against loss
  #checkov:skip=CKV2_AWS_61:Access logs are evidence; the account that owns them decides when they are deleted
  source = "../private_bucket"

  name = var.name
  policy_statements = [
    {
      Sid       = "Delivery"
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${var.name}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "NobodyElseWrites"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${var.name}/*"
      Condition = { Bool = { "aws:PrincipalIsAWSService" = "false" } }
    },
  ]
}
