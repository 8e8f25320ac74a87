mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-releases-1" }
  }
}

variables {
  name = "mlops-releases-1"
}

run "locks_and_versions_what_was_published" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "a published template could be overwritten"
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.restrict_public_buckets && aws_s3_bucket_public_access_block.this.block_public_policy
    error_message = "the bucket could become public"
  }
}

run "refuses_a_name_that_s3_refuses" {
  command = plan

  variables {
    name = "Releases_1"
  }

  expect_failures = [var.name]
}

run "refuses_to_keep_nothing" {
  command = plan

  variables {
    retention_days = 0
  }

  expect_failures = [var.retention_days]
}
