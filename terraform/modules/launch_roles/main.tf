locals {
  files    = fileset(var.products_dir, "*/product.yaml")
  products = { for file in local.files : dirname(file) => yamldecode(file("${var.products_dir}/${file}")) }
}

# Service Catalog provisions a product under the launch role that the product names. A role of the same name must exist in the hub, where
# the launch constraint is created; it has no policy there, so nothing can be provisioned in the hub. AWS does not document that Service
# Catalog sends aws:SourceAccount here, so the condition applies where it does and blocks no launch where it does not.
resource "aws_iam_role" "this" {
  for_each = local.products

  name        = each.value.launch_role
  description = "Launches ${replace(each.key, "_", "-")} for users who have no such right themselves"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "servicecatalog.amazonaws.com" }
      Condition = { StringEqualsIfExists = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

# Inline, because these policies exceed the 6,144 characters of a managed policy.
resource "aws_iam_role_policy" "this" {
  for_each = { for folder, product in local.products : folder => product if var.grants != null }

  name   = "launch"
  role   = aws_iam_role.this[each.key].name
  policy = templatefile("${var.products_dir}/${each.key}/launch_policy.json", merge(var.grants, { account_id = var.account_id }))
}
