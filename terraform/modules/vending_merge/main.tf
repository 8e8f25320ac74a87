# Merge -> plan -> approval -> organisation, log archive and hub are brought up to date, then source and list are handed to the
# vending pipeline. What all accounts share goes first and alone; the accounts follow from the list, many at a time.
locals {
  vend = "python -m scripts.vend"
  steps = {
    plan = {
      about    = "What a merge would change in the organisation, and which accounts it reaches"
      commands = ["${local.vend} plan organization", "${local.vend} list"]
    }
    apply = {
      about    = "Organisation, log archive, hub; then the list of accounts"
      commands = [for command in ["apply organization", "apply log_archive", "apply hub", "list --to ${var.builds.bucket_name}"] : "${local.vend} ${command}"]
    }
  }
}

module "pipeline" {
  source = "../merge_pipeline"

  name        = var.name
  account_id  = var.account_id
  region      = var.region
  source_code = var.source_code
  builds      = var.builds
  steps = [for step in ["plan", "apply"] : {
    name      = step
    about     = local.steps[step].about
    role_name = "${var.name}-${step}"
    image     = var.image.address
    approval  = step == "apply" ? "Read the log of ${var.name}-plan; approve only what somebody else has merged." : ""
    buildspec = yamlencode({
      version = 0.2
      phases  = { build = { "on-failure" = "ABORT", commands = local.steps[step].commands } }
    })
  }]
}

resource "aws_iam_role_policy" "read" {
  for_each = module.pipeline.role_names

  name   = "read"
  role   = each.value
  policy = templatefile("${path.module}/policies/read.json", local.words)
}

resource "aws_iam_role_policy" "apply" {
  name   = "apply"
  role   = module.pipeline.role_names["apply"]
  policy = templatefile("${path.module}/policies/apply.json", local.words)
}

locals {
  words = {
    account_id     = var.account_id
    bucket_arn     = var.builds.bucket_arn
    repository_arn = var.image.repository_arn
    state_bucket   = var.access.state_bucket
    role_arns      = jsonencode([for id in var.access.account_ids : "arn:aws:iam::${id}:role/${var.access.role_name}"])
  }
}
