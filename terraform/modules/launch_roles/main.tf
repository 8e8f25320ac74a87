locals {
  files    = fileset(var.products_dir, "*/product.yaml")
  products = { for file in local.files : dirname(file) => yamldecode(file("${var.products_dir}/${file}")) }
}

# Service Catalog launches a product under the role that the product names. The same name must exist in the hub, where the
# launch constraint is made; there it carries no policy, so nothing can be launched in the hub. AWS does not document that
# Service Catalog sends the source account here, so the fence closes where it does and bars no launch where it does not.
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

# Inline, because a managed policy ends at 6,144 characters and these are longer.
resource "aws_iam_role_policy" "this" {
  for_each = { for folder, product in local.products : folder => product if var.grants != null }

  name   = "launch"
  role   = aws_iam_role.this[each.key].name
  policy = templatefile("${var.products_dir}/${each.key}/launch_policy.json", merge(var.grants, { account_id = var.account_id }))
}
