mock_provider "aws" {}

variables {
  key_arn = "arn:aws:kms:eu-west-2:111122223333:key/d"
}

run "encrypts_and_closes_by_default" {
  command = plan

  assert {
    condition     = aws_ebs_encryption_by_default.this.enabled && aws_ebs_default_kms_key.this.key_arn == var.key_arn
    error_message = "a volume is encrypted with the account's key"
  }
  assert {
    condition     = aws_ec2_instance_metadata_defaults.this.http_tokens == "required"
    error_message = "IMDSv2 only"
  }
  assert {
    condition     = alltrue([for block in aws_s3_account_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "no bucket is public"
  }
}

run "sets_what_is_global_once" {
  command = plan

  variables {
    is_home_region = false
  }

  assert {
    condition     = length(aws_iam_account_password_policy.this) == 0 && length(aws_s3_account_public_access_block.this) == 0
    error_message = "the home region sets what is global"
  }
}

run "refuses_short_passwords" {
  command = plan

  variables {
    password_length = 8
  }

  expect_failures = [var.password_length]
}
