mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-releases-1" }
  }
}

variables {
  name              = "mlops-releases-1"
  writer_arn        = "arn:aws:iam::222222222222:role/mlops-release"
  key_arn           = "arn:aws:kms:eu-west-2:222222222222:key/releases"
  access_log_bucket = "mlops-access-logs-1"
  organization_id   = "o-a1b2c3d4e5"
}

run "lets_the_organisation_read_what_projects_begin_with_and_no_template" {
  command = apply

  assert {
    condition = flatten([for it in jsondecode(aws_s3_bucket_policy.this.policy).Statement : it.Resource if it.Effect == "Allow"]) == [
      "arn:aws:s3:::mlops-releases-1/seeds/*", "arn:aws:s3:::mlops-releases-1/studio/*"
    ]
    error_message = "other accounts read more, or less, than a project needs"
  }

  assert {
    condition     = [for it in jsondecode(aws_s3_bucket_policy.this.policy).Statement : it.Condition if it.Effect == "Allow"] == [{ StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }]
    error_message = "somebody outside of the organisation reads"
  }
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

run "is_written_by_the_release_role_alone" {
  command = apply

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Effect == "Deny" && jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.ArnNotEquals["aws:PrincipalArn"] == "arn:aws:iam::222222222222:role/mlops-release" && contains(jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Action, "s3:PutObject")
    error_message = "somebody else than the release role could write a template"
  }
}

run "encrypts_with_the_customers_key_and_logs_access" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == "arn:aws:kms:eu-west-2:222222222222:key/releases" && aws_s3_bucket_logging.this.target_bucket == "mlops-access-logs-1"
    error_message = "templates need the customer key, and readers leave a trace"
  }
}

run "refuses_a_writer_by_pattern" {
  command = plan

  variables {
    writer_arn = "arn:aws:iam::222222222222:role/*"
  }

  expect_failures = [var.writer_arn]
}
