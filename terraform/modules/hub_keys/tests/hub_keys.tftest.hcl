mock_provider "aws" {}

variables {
  name_prefix = "mlops"
  account_id  = "222222222222"
  region      = "eu-west-2"
}

run "gives_each_class_a_key_that_rotates" {
  command = plan

  assert {
    condition     = toset(keys(aws_kms_key.this)) == toset(["images", "packages", "releases", "logs"])
    error_message = "images, packages, releases and logs are revoked apart from each other"
  }

  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.deletion_window_in_days == 30])
    error_message = "a key must rotate, and its deletion must be slow enough to be noticed"
  }
}

run "lets_in_no_other_account" {
  command = plan

  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [
      for statement in jsondecode(key.policy).Statement : try(statement.Principal.AWS == "arn:aws:iam::222222222222:root", can(statement.Principal.Service))
    ]]))
    error_message = "a key policy lets in somebody else than the hub's own account"
  }
}

run "lets_the_log_service_use_the_key_of_the_logs_for_this_account_alone" {
  command = plan

  assert {
    condition     = jsondecode(aws_kms_key.this["logs"].policy).Statement[1].Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] == "arn:aws:logs:eu-west-2:222222222222:*"
    error_message = "log groups of other accounts could use the key"
  }

  assert {
    condition     = length(jsondecode(aws_kms_key.this["images"].policy).Statement) == 1
    error_message = "only the logs need a service in their key policy"
  }
}

run "refuses_what_is_no_account" {
  command = plan

  variables {
    account_id = "hub"
  }

  expect_failures = [var.account_id]
}

run "refuses_what_is_no_region" {
  command = plan

  variables {
    region = "London"
  }

  expect_failures = [var.region]
}
