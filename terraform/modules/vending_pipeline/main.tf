locals {
  account     = "${var.region}:${var.account_id}"
  bucket_name = "${var.name}-${var.account_id}-${var.region}"
  list        = "accounts.jsonl"
  source      = "source.zip"
  results     = "results"

  # Values of the policy and definition templates; names are composed, because a role must exist before the resource that it is for.
  template_variables = {
    account         = local.account
    account_id      = var.account_id
    organization_id = var.organization_id
    name            = var.name
    bucket          = local.bucket_name
    list            = local.list
    source          = local.source
    results         = local.results
    events          = var.name
    key_arn         = var.key_arn
    state_bucket    = var.state_access.state_bucket
    role_name       = var.state_access.role_name
    repository_arn  = local.repository_arn
    concurrency     = var.limits.concurrency
    tolerated       = var.limits.tolerated_failure_percentage
  }

  # 111111111111.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending@sha256:... -> arn:aws:ecr:eu-west-2:111111111111:repository/mlops/vending
  image          = regex("^(?P<owner>[0-9]+)\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[^/]+/(?P<name>[^@]+)@", var.image)
  repository_arn = "arn:aws:ecr:${local.image.region}:${local.image.owner}:repository/${local.image.name}"
}
