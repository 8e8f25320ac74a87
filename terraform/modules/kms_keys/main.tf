locals {
  # AWS services that use a key on behalf of the account, each only for resources of this account.
  services = {
    budgets    = { principal = "budgets.amazonaws.com", test = "StringEquals", key = "aws:SourceAccount", value = var.account_id }
    cloudwatch = { principal = "cloudwatch.amazonaws.com", test = "StringEquals", key = "aws:SourceAccount", value = var.account_id }
    # EventBridge publishes to an encrypted topic without aws:SourceAccount: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    events = { principal = "events.amazonaws.com", test = "ArnLike", key = "kms:EncryptionContext:aws:sns:topicArn", value = "arn:aws:sns:${var.region}:${var.account_id}:*" }
    logs   = { principal = "logs.${var.region}.amazonaws.com", test = "ArnLike", key = "kms:EncryptionContext:aws:logs:arn", value = "arn:aws:logs:${var.region}:${var.account_id}:*" }
  }
}

resource "aws_kms_key" "this" {
  for_each = var.classes

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
        Sid       = title(service)
        Effect    = "Allow"
        Principal = { Service = local.services[service].principal }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = { (local.services[service].test) = { (local.services[service].key) = local.services[service].value } }
      }],
    )
  })
}

resource "aws_kms_alias" "this" {
  for_each = var.classes

  name          = "alias/${var.name_prefix}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}
