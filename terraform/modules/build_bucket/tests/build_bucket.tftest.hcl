mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-builds-1" }
  }
}

variables {
  name              = "mlops-builds-1"
  key_arn           = "arn:aws:kms:eu-west-2:222222222222:key/releases"
  access_log_bucket = "mlops-access-logs-1"
}

run "is_private_versioned_encrypted_and_logged" {
  command = plan

  assert {
    condition     = aws_s3_bucket_public_access_block.this.restrict_public_buckets && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.ignore_public_acls
    error_message = "the bucket could become public"
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_logging.this.target_bucket == "mlops-access-logs-1"
    error_message = "who changed what could not be told"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == "arn:aws:kms:eu-west-2:222222222222:key/releases"
    error_message = "objects must be encrypted with the key given"
  }
}

run "refuses_plain_http" {
  command = apply

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Effect == "Deny" && jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "requests without TLS must be refused"
  }
}

run "refuses_a_key_that_is_none" {
  command = plan

  variables {
    key_arn = "alias/releases"
  }

  expect_failures = [var.key_arn]
}

run "refuses_a_name_that_s3_refuses" {
  command = plan

  variables {
    name = "Builds_1"
  }

  expect_failures = [var.name]
}
