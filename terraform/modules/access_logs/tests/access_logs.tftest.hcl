mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-access-logs-1" }
  }
}

variables {
  name       = "mlops-access-logs-1"
  account_id = "111122223333"
}

run "takes_logs_of_the_own_account_from_s3_alone" {
  command = apply

  assert {
    condition     = [for s in jsondecode(module.bucket.policy).Statement : s.Condition.StringEquals["aws:SourceAccount"] if s.Effect == "Allow"] == ["111122223333"]
    error_message = "another account's buckets could write here"
  }

  assert {
    condition     = contains([for s in jsondecode(module.bucket.policy).Statement : s.Sid if s.Effect == "Deny"], "NobodyElseWrites")
    error_message = "a person could forge a line"
  }
}

run "refuses_a_name_that_s3_refuses" {
  command = plan

  variables {
    name = "X"
  }

  expect_failures = [var.name]
}
