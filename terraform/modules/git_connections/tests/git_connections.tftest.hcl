mock_provider "aws" {}

variables {
  name_prefix = "mlops"
}

run "makes_one_connection_to_each_provider" {
  command = plan

  assert {
    condition     = { for name, connection in aws_codeconnections_connection.this : name => connection.provider_type } == { Bitbucket = "Bitbucket", GitHub = "GitHub", GitLab = "GitLab" }
    error_message = "a product that offers a provider finds no connection to it"
  }
}

run "refuses_a_provider_that_needs_a_host" {
  command = plan

  variables {
    git_providers = ["GitHubEnterpriseServer"]
  }

  expect_failures = [var.git_providers]
}

run "refuses_a_prefix_that_is_none" {
  command = plan

  variables {
    name_prefix = "ML Ops"
  }

  expect_failures = [var.name_prefix]
}
