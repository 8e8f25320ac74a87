# An explicit Deny also applies to identities of the hub itself, which need no Allow in a resource policy.
locals {
  read = [
    "codeartifact:DescribePackage",
    "codeartifact:DescribePackageVersion",
    "codeartifact:DescribeRepository",
    "codeartifact:GetPackageVersionReadme",
    "codeartifact:GetRepositoryEndpoint",
    "codeartifact:ListPackages",
    "codeartifact:ListPackageVersionAssets",
    "codeartifact:ListPackageVersionDependencies",
    "codeartifact:ListPackageVersions",
    "codeartifact:ReadFromRepository",
  ]
  write = [
    "codeartifact:CopyPackageVersions",
    "codeartifact:DeletePackage",
    "codeartifact:DeletePackageVersions",
    "codeartifact:DisposePackageVersions",
    "codeartifact:PublishPackageVersion",
    "codeartifact:PutPackageMetadata",
    "codeartifact:PutPackageOriginConfiguration",
    "codeartifact:UpdatePackageVersionsStatus",
  ]
  unless_release_role = { ArnNotEquals = { "aws:PrincipalArn" = local.writers } }
}

resource "aws_codeartifact_domain_permissions_policy" "this" {
  domain = aws_codeartifact_domain.this.domain
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OrganisationSignsIn"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["codeartifact:DescribeDomain", "codeartifact:GetAuthorizationToken"]
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
    }]
  })
}

resource "aws_codeartifact_repository_permissions_policy" "approved" {
  domain     = aws_codeartifact_domain.this.domain
  repository = aws_codeartifact_repository.approved.repository
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OrganisationReads"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = local.read
        Resource  = "*"
        Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
      },
      {
        Sid       = "OnlyTheReleaseWrites"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = local.write
        Resource  = "*"
        Condition = local.unless_release_role
      },
    ]
  })
}

resource "aws_codeartifact_repository_permissions_policy" "quarantine" {
  for_each = aws_codeartifact_repository.quarantine

  domain     = aws_codeartifact_domain.this.domain
  repository = each.value.repository
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTheReleaseReadsAndWrites"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = concat(["codeartifact:ReadFromRepository", "codeartifact:AssociateWithDownstreamRepository"], local.write)
      Resource  = "*"
      Condition = local.unless_release_role
    }]
  })
}
