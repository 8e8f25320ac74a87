mock_provider "aws" {}

variables {
  name_prefix = "mlops"
}

run "makes_one_connection_to_each_provider" {
  command = plan

  assert {
    condition     = { for name, it in aws_codeconnections_connection.this : name => it.provider_type } == { Bitbucket = "Bitbucket", GitHub = "GitHub", GitLab = "GitLab" }
    error_message = "a product that offers a provider finds no connection to it"
  }
}

run "refuses_a_provider_that_needs_a_host" {
  command = plan

  variables {
    providers_of_code = ["GitHubEnterpriseServer"]
  }

  expect_failures = [var.providers_of_code]
}

run "refuses_a_prefix_that_is_none" {
  command = plan

  variables {
    name_prefix = "ML Ops"
  }

  expect_failures = [var.name_prefix]
}
