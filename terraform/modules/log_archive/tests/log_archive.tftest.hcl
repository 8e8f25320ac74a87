mock_provider "aws" {}

variables {
  bucket_name     = "mlops-logs-111122223333-eu-west-2"
  account_id      = "111122223333"
  organization_id = "o-a1b2c3d4e5"
  lock            = { mode = "COMPLIANCE", days = 400 }
}

run "locks_every_log_from_the_first_day" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "the lock and the versions exist from the first day"
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].days == 400 && aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].mode == "COMPLIANCE"
    error_message = "logs stay for 400 days, whoever asks"
  }
}

run "rotates_its_key" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "the key rotates and leaves a month to come back"
  }
}

run "refuses_a_lock_that_anyone_may_lift" {
  command = plan

  variables {
    lock = { mode = "NONE", days = 400 }
  }

  expect_failures = [var.lock]
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "our-bank"
  }

  expect_failures = [var.organization_id]
}
