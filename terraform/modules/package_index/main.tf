# Two kinds of repositories in one domain. A quarantine takes in what the world publishes; it alone has the external connection and
# nobody but the release reads it. The approved one has no upstream at all: a repository below the quarantine would hand out
# whatever is asked for. A version gets there by being copied, and only the release copies what the allow-list names.
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
