# Execution role and security group of promoted models: the role reads the model and writes batch results, the group allows HTTPS to AWS services only.
resource "aws_iam_role" "this" {
  name                 = "${var.name_prefix}-model-serving"
  description          = "Promoted models run under it"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "permissions"
  role = aws_iam_role.this.name
  policy = templatefile("${path.module}/policies/serving.json", {
    account_id   = var.account_id
    bucket       = module.bucket.arn
    data_key_arn = var.data_key_arn
  })
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:The models that promotion deploys are in it; Terraform deploys none
  name        = "${var.name_prefix}-models"
  description = "Promoted models: HTTPS to AWS services only"
  vpc_id      = var.network.vpc_id

  tags = { Name = "${var.name_prefix}-models" }
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = {
    services = { group = var.network.endpoint_security_group_id, list = null }
    s3       = { group = null, list = var.network.s3_prefix_list_id }
  }

  security_group_id            = aws_security_group.this.id
  description                  = "HTTPS to ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = each.value.group
  prefix_list_id               = each.value.list
}
