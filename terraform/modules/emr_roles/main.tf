# EMR uses three roles: the service role starts instances, the instance role runs jobs, and jobs assume the third role to access data.
locals {
  here = { StringEquals = { "aws:SourceAccount" = var.account_id } }
  arns = { for name in ["instance", "job"] : name => "arn:aws:iam::${var.account_id}:role/${var.name_prefix}-emr-${name}" }

  trusts = {
    service = [{ Sid = "Emr", Action = "sts:AssumeRole", Principal = { Service = "elasticmapreduce.amazonaws.com" }, Condition = local.here }]
    # EC2 sends no source account; it attaches an instance profile only to instances of the profile's own account.
    instance = [{ Sid = "Machines", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
    job = [
      { Sid = "Serverless", Action = "sts:AssumeRole", Principal = { Service = "emr-serverless.amazonaws.com" }, Condition = local.here },
      # Instances assume it per session, with the user's name as source identity.
      {
        Sid       = "Machines"
        Action    = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Condition = { ArnEquals = { "aws:PrincipalArn" = local.arns["instance"] } }
      },
    ]
  }
  descriptions = {
    service  = "Under which EMR starts and ends the machines of a cluster"
    instance = "The machines of a cluster"
    job      = "Jobs on clusters and serverless applications"
  }
}

resource "aws_iam_role" "this" {
  for_each = local.trusts

  name                 = "${var.name_prefix}-emr-${each.key}"
  description          = local.descriptions[each.key]
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in each.value : merge({ Effect = "Allow" }, statement)]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = aws_iam_role.this

  name = "permissions"
  role = each.value.name
  policy = templatefile("${path.module}/policies/${each.key}.json", {
    account_id   = var.account_id
    name_prefix  = var.name_prefix
    data_key_arn = var.data_key_arn
    job_arn      = local.arns["job"]
    instance_arn = local.arns["instance"]
  })
}

# AWS maintains this policy; it allows nothing on resources without the tag for-use-with-amazon-emr-managed-policies.
# https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-role.html
resource "aws_iam_role_policy_attachment" "service" {
  role       = aws_iam_role.this["service"].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2"
}

resource "aws_iam_instance_profile" "this" {
  name = aws_iam_role.this["instance"].name
  role = aws_iam_role.this["instance"].name
}
