locals {
  root = "arn:aws:iam::${var.account_id}:root"

  # Who may take a role. People sign in to the account first; the hub's release role reads the inventory.
  people = {
    technical-lead = "Launches, upgrades and terminates products; creates nothing directly"
    developer      = "Opens a Studio profile of its own and reads what it runs"
    model-approver = "Approves or rejects models; builds none"
  }
}

resource "aws_iam_role" "people" {
  for_each = local.people

  name        = each.key
  description = each.value
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = local.root } }]
  })
}

resource "aws_iam_role_policy" "people" {
  for_each = local.people

  name   = "permissions"
  role   = aws_iam_role.people[each.key].name
  policy = file("${path.module}/policies/${each.key}.json")
}

# Reads which products run, nothing else; the hub takes it for `catalog inventory`.
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
