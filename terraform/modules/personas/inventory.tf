# Reads provisioned products and nothing else; the hub assumes it for `catalog inventory`.
resource "aws_iam_role" "inventory" {
  name        = "platform-inventory"
  description = "Lets the hub read which products are provisioned"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.hub_account_id}:root" }
    }]
  })
}

resource "aws_iam_role_policy" "inventory" {
  name   = "permissions"
  role   = aws_iam_role.inventory.name
  policy = file("${path.module}/policies/platform-inventory.json")
}
