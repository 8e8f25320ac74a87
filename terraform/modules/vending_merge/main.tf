# Merge -> plan -> approval -> apply of organisation, log archive and hub, then upload of source and account list for the vending pipeline.
# Shared resources are applied first and one at a time; the accounts of the list follow in parallel.
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
  image       = var.image
  builds      = var.builds
  steps = [for step in ["plan", "apply"] : {
    name      = step
    about     = local.steps[step].about
    role_name = "${var.name}-${step}"
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
  policy = templatefile("${path.module}/policies/read.json", local.template_variables)
}

resource "aws_iam_role_policy" "apply" {
  name   = "apply"
  role   = module.pipeline.role_names["apply"]
  policy = templatefile("${path.module}/policies/apply.json", local.template_variables)
}

locals {
  template_variables = {
    account_id   = var.account_id
    bucket_arn   = var.builds.bucket_arn
    state_bucket = var.state_access.state_bucket
    role_arns    = jsonencode([for id in var.state_access.account_ids : "arn:aws:iam::${id}:role/${var.state_access.role_name}"])
  }
}
