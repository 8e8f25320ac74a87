locals {
  # One key for each class of data, so that one class can be cut off without the others.
  classes = {
    data = {
      description = "Data sets and working files, and messages that wait in topics"
      services = {
        # A rule that publishes to an encrypted topic; EventBridge sends no source that a condition could ask for.
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        "events.amazonaws.com" = { test = "ArnLike", key = "kms:EncryptionContext:aws:sns:topicArn", value = "arn:aws:sns:${var.region}:${var.account_id}:*" }
      }
    }
    models  = { description = "Models and what they are made of", services = {} }
    secrets = { description = "Secrets and parameters that are secret", services = {} }
    logs = {
      description = "Log groups and alarms"
      services = {
        "logs.${var.region}.amazonaws.com" = { test = "ArnLike", key = "kms:EncryptionContext:aws:logs:arn", value = "arn:aws:logs:${var.region}:${var.account_id}:*" }
        "cloudwatch.amazonaws.com"         = { test = "StringEquals", key = "aws:SourceAccount", value = var.account_id }
        "budgets.amazonaws.com"            = { test = "StringEquals", key = "aws:SourceAccount", value = var.account_id }
        # Sends no aws:SourceAccount to the key of a topic: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        "events.amazonaws.com" = { test = "ArnLike", key = "kms:EncryptionContext:aws:sns:topicArn", value = "arn:aws:sns:${var.region}:${var.account_id}:*" }
      }
    }
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
      [for service, fence in each.value.services : {
        Sid       = replace(title(split(".", service)[0]), "/[^A-Za-z]/", "")
        Effect    = "Allow"
        Principal = { Service = service }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = { (fence.test) = { (fence.key) = fence.value } }
      }],
    )
  })
}

resource "aws_kms_alias" "this" {
  for_each = local.classes

  name          = "alias/${var.name_prefix}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}
