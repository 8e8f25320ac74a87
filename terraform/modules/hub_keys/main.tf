# One customer key for each class of what the hub keeps, so that each can be revoked alone. Key policies let in nobody from
# another account: spokes pull images and packages through the services, which hold grants of their own.
locals {
  classes = {
    images   = { description = "Images in the registry", services = [] }
    packages = { description = "Packages in the index", services = [] }
    releases = { description = "Frozen templates, build sources and pipeline artifacts", services = [] }
    logs     = { description = "Log groups", services = ["logs.${var.region}.amazonaws.com"] }
  }
}

resource "aws_kms_key" "this" {
  for_each = local.classes

  description             = each.value.description
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "AccountPolicies"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      }],
      [for service in each.value.services : {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = service }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:*" } }
      }],
    )
  })
}

resource "aws_kms_alias" "this" {
  for_each = local.classes

  name          = "alias/${var.name_prefix}-hub-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}
