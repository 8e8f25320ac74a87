mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/mlops-promotion-any" }
  }
}

variables {
  name_prefix  = "mlops"
  team         = "credit-risk"
  environment  = "production"
  accounts     = { development = "111111111111", pre-production = "222222222222", production = "333333333333" }
  data_key_arn = "arn:aws:kms:eu-west-2:333333333333:key/11111111-2222-3333-4444-555555555555"
}

run "development_may_take_exactly_one_role_in_each_other_account" {
  command = plan

  variables {
    environment = "development"
  }

  assert {
    condition     = aws_iam_role.this.name == "mlops-promotion-source" && jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal == { Service = "codebuild.amazonaws.com" }
    error_message = "someone other than a build could promote"
  }

  assert {
    condition = flatten([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource if statement.Action == "sts:AssumeRole"]) == [
      "arn:aws:iam::222222222222:role/mlops-promotion-target",
      "arn:aws:iam::333333333333:role/mlops-promotion-target",
    ]
    error_message = "another role could be taken"
  }
}

run "production_lets_in_one_role_of_development" {
  command = plan

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
      Condition = { ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::111111111111:role/mlops-promotion-source" } }
    }]
    error_message = "someone else could deploy: ${aws_iam_role.this.assume_role_policy}"
  }
}

run "nobody_approves_on_the_way" {
  command = plan

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : contains(statement.Action, "sagemaker:UpdateModelPackage") if statement.Effect == "Deny"])
    error_message = "the promotion could approve what it promotes"
  }
}

run "models_run_isolated_and_endpoints_encrypted" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Condition.Bool["sagemaker:NetworkIsolation"] == "true" && statement.Condition.Null["sagemaker:VpcSubnets"] == "false"
      if statement.Action == "sagemaker:CreateModel"
      ]) && alltrue([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Condition.Null["sagemaker:VolumeKmsKeyArn"] == "false"
      if statement.Action == "sagemaker:CreateEndpointConfig"
    ])
    error_message = "a model could reach the network, or an endpoint keep data without a key"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : [
        for action in flatten([statement.Action]) : statement.Effect == "Deny" || !strcontains(action, "*")
      ]
    ]))
    error_message = "an action with a wildcard is allowed"
  }
}

run "refuses_an_environment_that_is_none" {
  command = plan

  variables {
    environment = "test"
  }

  expect_failures = [var.environment]
}

run "refuses_two_environments_in_one_account" {
  command = plan

  variables {
    accounts = { development = "111111111111", pre-production = "222222222222", production = "222222222222" }
  }

  expect_failures = [var.accounts]
}

run "refuses_a_team_without_a_production_account" {
  command = plan

  variables {
    environment = "development"
    accounts    = { development = "111111111111", pre-production = "222222222222" }
  }

  expect_failures = [var.accounts]
}

run "refuses_a_team_that_no_name_may_begin_with" {
  command = plan

  variables {
    team = "Credit Risk"
  }

  expect_failures = [var.team]
}

run "refuses_an_alias_for_a_key" {
  command = plan

  variables {
    data_key_arn = "arn:aws:kms:eu-west-2:333333333333:alias/data"
  }

  expect_failures = [var.data_key_arn]
}
