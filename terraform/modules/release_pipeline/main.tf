# Merge -> check -> plan -> approval -> publish. Each step is a build under a role of its own with the permissions of that step.
locals {
  name = "${var.name_prefix}-release"

  # Only the release role writes products and templates. Its build assumes it, and so does the hub's operator role, with which a person
  # publishes by hand: that role could change this trust policy anyway, so leaving it out would protect nothing.
  steps = {
    check   = { command = "make check", role = "${local.name}-check", about = "Lint, rules and honest versions of every product" }
    plan    = { command = "make publish-product PLAN=1", role = "${local.name}-plan", about = "What publishing would change in the hub" }
    publish = { command = "make publish-product", role = local.name, about = "Publishes what was approved", principals = [var.operator_role], approval = "Read the log of ${local.name}-plan; approve only what somebody else has merged." }
  }

  builds = [for step in ["check", "plan", "publish"] : {
    name       = step
    about      = local.steps[step].about
    role_name  = local.steps[step].role
    approval   = try(local.steps[step].approval, "")
    principals = try(local.steps[step].principals, [])
    buildspec  = templatefile("${path.module}/buildspec.yml", { command = local.steps[step].command })
    environment = {
      INDEX_DOMAIN     = var.package_index.domain
      INDEX_OWNER      = var.account_id
      INDEX_REPOSITORY = var.package_index.repository
    }
  }]
}

module "pipeline" {
  source = "../merge_pipeline"

  name        = local.name
  account_id  = var.account_id
  region      = var.region
  source_code = var.source_code
  builds      = var.builds
  steps       = local.builds
}
