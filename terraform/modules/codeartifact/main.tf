# Two kinds of repositories in one domain. A quarantine repository has the external connection to the public index, and only the release
# role reads it. The approved repository has no upstream: with the quarantine as upstream it would return any package on request. Package
# versions are copied to it, and only the release role copies what the allow-list names.
locals {
  formats    = { python = "pypi", javascript = "npm" }
  sources    = { python = "public:pypi", javascript = "public:npmjs" }
  ecosystems = toset([for package in var.packages : package.ecosystem])
  writers    = [for role in var.writer_roles : "arn:aws:iam::${var.account_id}:role/${role}"]
}

resource "aws_codeartifact_domain" "this" {
  domain         = var.domain
  encryption_key = var.key_arn
}

resource "aws_codeartifact_repository" "quarantine" {
  for_each = local.ecosystems

  domain      = aws_codeartifact_domain.this.domain
  repository  = "quarantine-${local.formats[each.value]}"
  description = "What the world publishes for ${each.value}; read by the release alone"

  external_connections {
    external_connection_name = local.sources[each.value]
  }
}

resource "aws_codeartifact_repository" "approved" {
  domain      = aws_codeartifact_domain.this.domain
  repository  = var.repository
  description = "Packages of the allow-list, read by every account of the organisation"
}
