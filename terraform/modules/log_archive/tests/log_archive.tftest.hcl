mock_provider "aws" {}

variables {
  bucket_name     = "mlops-logs-111122223333-eu-west-2"
  account_id      = "111122223333"
  organization_id = "o-a1b2c3d4e5"
  object_lock     = { mode = "COMPLIANCE", days = 400 }
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
    object_lock = { mode = "NONE", days = 400 }
  }

  expect_failures = [var.object_lock]
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "our-bank"
  }

  expect_failures = [var.organization_id]
}
