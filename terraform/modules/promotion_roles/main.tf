locals {
  kind = var.environment == "development" ? "source" : "target"
  arns = {
    source = "arn:aws:iam::${var.accounts["development"]}:role/${var.name_prefix}-promotion-source"
    targets = [
      for environment in ["pre-production", "production"] :
      "arn:aws:iam::${var.accounts[environment]}:role/${var.name_prefix}-promotion-target"
    ]
  }

  trusts = {
    # Builds of this account's deployment pipelines, never a person.
    source = {
      Principal = { Service = "codebuild.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.accounts[var.environment] } }
    }
    # One role of one account. A condition names it, because a principal would have to exist before this role.
    target = {
      Principal = { AWS = "arn:aws:iam::${var.accounts["development"]}:root" }
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.arns.source } }
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "${var.name_prefix}-promotion-${local.kind}"
  description          = { source = "Takes an approved model to the team's other accounts", target = "Deploys a model that was approved in development" }[local.kind]
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge({ Effect = "Allow", Action = "sts:AssumeRole" }, local.trusts[local.kind])]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "permissions"
  role = aws_iam_role.this.name
  policy = templatefile("${path.module}/policies/${local.kind}.json", {
    account_id   = var.accounts[var.environment]
    development  = var.accounts["development"]
    name_prefix  = var.name_prefix
    team         = var.team
    targets      = jsonencode(local.arns.targets)
    data_key_arn = var.data_key_arn
  })
}
