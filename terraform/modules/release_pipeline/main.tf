# Merge -> check -> plan -> approval -> publish. Each step is a build under a role of its own with the permissions of that step, and calls
# the command behind `make check` and `make publish-product`; the image has what `make setup` installs for a person.
locals {
  name = "${var.name_prefix}-release"

  # Only the release role writes products and templates. Its build assumes it, and so does the hub's operator role, with which a person
  # publishes by hand: that role could change this trust policy anyway, so leaving it out would protect nothing.
  steps = {
    check   = { command = "python -m scripts.catalog check", role = "${local.name}-check", about = "Lint, rules and honest versions of every product" }
    plan    = { command = "python -m scripts.catalog plan", role = "${local.name}-plan", about = "What publishing would change in the hub" }
    publish = { command = "python -m scripts.catalog publish", role = local.name, about = "Publishes what was approved", principals = [var.operator_role], approval = "Read the log of ${local.name}-plan; approve only what somebody else has merged." }
  }

  builds = [for step in ["check", "plan", "publish"] : {
    name       = step
    about      = local.steps[step].about
    role_name  = local.steps[step].role
    approval   = try(local.steps[step].approval, "")
    principals = try(local.steps[step].principals, [])
    buildspec = yamlencode({
      version = 0.2
      phases  = { build = { "on-failure" = "ABORT", commands = [local.steps[step].command] } }
    })
  }]
}

module "pipeline" {
  source = "../merge_pipeline"

  name        = local.name
  account_id  = var.account_id
  region      = var.region
  source_code = var.source_code
  image       = var.image
  builds      = var.builds
  steps       = local.builds
}
