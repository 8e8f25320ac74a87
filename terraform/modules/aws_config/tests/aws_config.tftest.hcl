mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mlops-config" }
  }
}

variables {
  name_prefix         = "mlops"
  account_id          = "111122223333"
  archive_bucket_name = "mlops-logs-444455556666-eu-west-2"
  archive_key_arn     = "arn:aws:kms:eu-west-2:444455556666:key/k"
  region              = "eu-west-2"
}

run "records_everything" {
  command = apply

  assert {
    condition     = aws_config_configuration_recorder.this.recording_group[0].all_supported && aws_config_configuration_recorder_status.this.is_enabled
    error_message = "the recorder records everything and is on"
  }
  assert {
    condition     = aws_config_config_rule.this["S3_BUCKET_SSL_REQUESTS_ONLY"].name == "mlops-s3-bucket-ssl-requests-only"
    error_message = "a rule is called after its identifier"
  }
}

run "records_global_things_once" {
  command = apply

  variables {
    is_home_region = false
  }

  assert {
    condition     = !aws_config_configuration_recorder.this.recording_group[0].include_global_resource_types
    error_message = "what is global belongs to the home region"
  }
}

run "refuses_what_is_no_rule" {
  command = plan

  variables {
    rules = ["s3-bucket-ssl-requests-only"]
  }

  expect_failures = [var.rules]
}
