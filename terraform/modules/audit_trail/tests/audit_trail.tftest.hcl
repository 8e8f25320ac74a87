mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:111122223333:log-group:/mlops/audit" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mlops-audit" }
  }
}

variables {
  name_prefix    = "mlops"
  account_id     = "111122223333"
  region         = "eu-west-2"
  archive        = { bucket_name = "mlops-logs-444455556666-eu-west-2", key_arn = "arn:aws:kms:eu-west-2:444455556666:key/k" }
  logs_key_arn   = "arn:aws:kms:eu-west-2:111122223333:key/l"
  retention_days = 90
}

run "records_every_region_and_can_prove_it" {
  command = apply

  assert {
    condition     = aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.enable_log_file_validation && aws_cloudtrail.this.kms_key_id == var.archive.key_arn
    error_message = "all regions, validated, encrypted"
  }
}

run "is_written_by_this_trail_alone" {
  command = apply

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceArn"] == "arn:aws:cloudtrail:eu-west-2:111122223333:trail/mlops-audit"
    error_message = "no other trail may take the role on"
  }
}

run "refuses_days_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    retention_days = 91
  }

  expect_failures = [var.retention_days]
}

run "refuses_a_key_that_is_none" {
  command = plan

  variables {
    logs_key_arn = "alias/mlops-logs"
  }

  expect_failures = [var.logs_key_arn]
}
