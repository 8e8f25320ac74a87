mock_provider "aws" {}

variables {
  account_id      = "222222222222"
  organization_id = "o-a1b2c3d4e5"
  domain          = "mlops"
  repository      = "approved-packages"
  key_arn         = "arn:aws:kms:eu-west-2:222222222222:key/packages"
  writer_roles    = ["mlops-release"]
  packages = [
    { ecosystem = "python", name = "numpy", versions = ["2.2.6"], reason = "Arrays for every model" },
    { ecosystem = "python", name = "pandas", versions = ["2.3.3"], reason = "Tables for every model" },
  ]
}

run "connects_the_quarantine_and_nothing_else_to_the_world" {
  command = plan

  assert {
    condition     = aws_codeartifact_repository.quarantine["python"].external_connections[0].external_connection_name == "public:pypi" && keys(aws_codeartifact_repository.quarantine) == ["python"]
    error_message = "each ecosystem of the allow-list needs its quarantine, and no other"
  }

  assert {
    condition     = length(aws_codeartifact_repository.approved.external_connections) == 0 && length(aws_codeartifact_repository.approved.upstream) == 0
    error_message = "an approved repository with a way to the world hands out what nobody approved"
  }

  assert {
    condition     = aws_codeartifact_domain.this.encryption_key == "arn:aws:kms:eu-west-2:222222222222:key/packages"
    error_message = "packages must be encrypted with the key given"
  }
}

run "lets_the_organisation_read_and_only_the_release_write" {
  command = plan

  assert {
    condition     = jsondecode(aws_codeartifact_repository_permissions_policy.approved.policy_document).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5" && jsondecode(aws_codeartifact_domain_permissions_policy.this.policy_document).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    error_message = "readers must be of the organisation"
  }

  assert {
    condition     = alltrue([for action in jsondecode(aws_codeartifact_repository_permissions_policy.approved.policy_document).Statement[0].Action : can(regex("^codeartifact:(Describe|Get|List|Read)", action))])
    error_message = "spokes only read"
  }

  assert {
    condition     = jsondecode(aws_codeartifact_repository_permissions_policy.approved.policy_document).Statement[1].Condition.ArnNotEquals["aws:PrincipalArn"] == ["arn:aws:iam::222222222222:role/mlops-release"] && contains(jsondecode(aws_codeartifact_repository_permissions_policy.approved.policy_document).Statement[1].Action, "codeartifact:PublishPackageVersion")
    error_message = "somebody else than the release could publish"
  }

  assert {
    condition     = jsondecode(aws_codeartifact_repository_permissions_policy.quarantine["python"].policy_document).Statement[0].Effect == "Deny" && contains(jsondecode(aws_codeartifact_repository_permissions_policy.quarantine["python"].policy_document).Statement[0].Action, "codeartifact:ReadFromRepository")
    error_message = "the quarantine must not be read"
  }
}

run "makes_no_quarantine_for_an_empty_list" {
  command = plan

  variables {
    packages = []
  }

  assert {
    condition     = length(aws_codeartifact_repository.quarantine) == 0
    error_message = "nothing is wanted of the world"
  }
}

run "refuses_a_range_of_versions" {
  command = plan

  variables {
    packages = [{ ecosystem = "python", name = "numpy", versions = [">=2"], reason = "Arrays for every model" }]
  }

  expect_failures = [var.packages]
}

run "refuses_a_package_without_a_reason" {
  command = plan

  variables {
    packages = [{ ecosystem = "python", name = "numpy", versions = ["2.2.6"], reason = " " }]
  }

  expect_failures = [var.packages]
}

run "refuses_a_package_that_stands_there_twice" {
  command = plan

  variables {
    packages = [
      { ecosystem = "python", name = "numpy", versions = ["2.2.6"], reason = "Arrays for every model" },
      { ecosystem = "python", name = "numpy", versions = ["2.2.5"], reason = "Arrays for every model" },
    ]
  }

  expect_failures = [var.packages]
}

run "refuses_an_ecosystem_that_the_index_does_not_know" {
  command = plan

  variables {
    packages = [{ ecosystem = "r", name = "dplyr", versions = ["1.1.4"], reason = "Tables for every model" }]
  }

  expect_failures = [var.packages]
}

run "refuses_an_approved_repository_named_like_a_quarantine" {
  command = plan

  variables {
    repository = "quarantine-pypi"
  }

  expect_failures = [var.repository]
}

run "refuses_an_index_that_nobody_can_fill" {
  command = plan

  variables {
    writer_roles = []
  }

  expect_failures = [var.writer_roles]
}
