locals {
  account     = "${var.place.region}:${var.place.account_id}"
  bucket_name = "${var.name}-${var.place.account_id}-${var.place.region}"
  list        = "accounts.jsonl"
  source      = "source.zip"
  results     = "results"

  # What policies and definition name; composed, because a role is needed before the thing that it is for.
  words = {
    account         = local.account
    account_id      = var.place.account_id
    organization_id = var.place.organization_id
    name            = var.name
    bucket          = local.bucket_name
    list            = local.list
    source          = local.source
    results         = local.results
    events          = var.name
    key_arn         = var.key_arn
    state_bucket    = var.access.state_bucket
    role_name       = var.access.role_name
    repository_arn  = local.repository_arn
    concurrency     = var.limits.concurrency
    tolerated       = var.limits.tolerated_failure_percentage
  }

  # 111111111111.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending@sha256:... -> arn:aws:ecr:eu-west-2:111111111111:repository/mlops/vending
  image          = regex("^(?P<owner>[0-9]+)\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[^/]+/(?P<name>[^@]+)@", var.image)
  repository_arn = "arn:aws:ecr:${local.image.region}:${local.image.owner}:repository/${local.image.name}"
}
