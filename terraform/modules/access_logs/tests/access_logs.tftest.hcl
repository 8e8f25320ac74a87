mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-access-logs-1" }
  }
}

variables {
  name = "mlops-access-logs-1"
}

run "is_private_and_versioned" {
  command = plan

  assert {
    condition     = aws_s3_bucket_public_access_block.this.restrict_public_buckets && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "logs must be private and keep their versions"
  }
}

run "refuses_a_name_that_s3_refuses" {
  command = plan

  variables {
    name = "X"
  }

  expect_failures = [var.name]
}
