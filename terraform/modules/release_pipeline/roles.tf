# Permissions of each step beyond its source and its log. CodeArtifact authorizes a package's versions on the ARN of the package.
locals {
  repository_arns = concat([var.package_index.repository_arn], values(var.package_index.quarantine_arns))
  grants = {
    account_id      = var.account_id
    name_prefix     = var.name_prefix
    domain_arn      = var.package_index.domain_arn
    repository_arn  = var.package_index.repository_arn
    release_objects = jsonencode([for arn in var.release_bucket.arns : "${arn}/*"])
    release_buckets = jsonencode(var.release_bucket.arns)
    index_arns      = jsonencode(local.repository_arns)
    package_arns    = jsonencode([for arn in local.repository_arns : "${replace(arn, ":repository/", ":package/")}/*"])
    package_arn     = replace(var.package_index.repository_arn, ":repository/", ":package/")
  }
}

resource "aws_iam_role_policy" "packages" {
  for_each = toset(["publish"]) # a person syncs the package index as the release role

  name   = "packages"
  role   = module.pipeline.role_names[each.key]
  policy = templatefile("${path.module}/policies/packages.json", local.grants)
}

resource "aws_iam_role_policy" "read" {
  for_each = toset(["plan", "publish"])

  name   = "read"
  role   = module.pipeline.role_names[each.key]
  policy = templatefile("${path.module}/policies/read.json", local.grants)
}

resource "aws_iam_role_policy" "publish" {
  name   = "publish"
  role   = module.pipeline.role_names["publish"]
  policy = templatefile("${path.module}/policies/publish.json", local.grants)
}
