mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-builds-1" }
  }
}

variables {
  name        = "mlops-builds-1"
  kms_key     = { arn = "arn:aws:kms:eu-west-2:222222222222:key/releases" }
  access_logs = { bucket = "mlops-access-logs-1" }
}

run "is_private_versioned_encrypted_and_logged" {
  command = plan

  assert {
    condition     = aws_s3_bucket_public_access_block.this.restrict_public_buckets && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.ignore_public_acls
    error_message = "the bucket could become public"
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_logging.this[0].target_bucket == "mlops-access-logs-1"
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
    kms_key = { arn = "alias/releases" }
  }

  expect_failures = [var.kms_key]
}

run "refuses_a_name_that_s3_refuses" {
  command = plan

  variables {
    name = "Builds_1"
  }

  expect_failures = [var.name]
}

run "without_a_key_s3_encrypts_and_without_a_lock_there_is_none" {
  command = plan

  variables {
    kms_key     = null
    access_logs = null
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "objects must be encrypted with S3's own keys"
  }

  assert {
    condition     = !aws_s3_bucket.this.object_lock_enabled && length(aws_s3_bucket_object_lock_configuration.this) == 0 && length(aws_s3_bucket_logging.this) == 0
    error_message = "nobody asked for a lock or for logs"
  }
}

run "locks_where_it_is_asked_to" {
  command = plan

  variables {
    object_lock = { mode = "GOVERNANCE", days = 365 }
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 365
    error_message = "objects could be deleted"
  }
}

run "refuses_to_keep_nothing" {
  command = plan

  variables {
    object_lock = { mode = "GOVERNANCE", days = 0 }
  }

  expect_failures = [var.object_lock]
}

run "refuses_a_statement_without_sid" {
  command = plan

  variables {
    policy_statements = [{ Effect = "Allow" }]
  }

  expect_failures = [var.policy_statements]
}
