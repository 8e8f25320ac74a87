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
    condition = flatten([for statement in jsondecode(module.bucket.policy).Statement : statement.Resource if statement.Effect == "Allow"]) == [
      "arn:aws:s3:::mlops-releases-1/seeds/*", "arn:aws:s3:::mlops-releases-1/studio/*"
    ]
    error_message = "other accounts read more, or less, than a project needs"
  }

  assert {
    condition     = [for statement in jsondecode(module.bucket.policy).Statement : statement.Condition if statement.Effect == "Allow"] == [{ StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }]
    error_message = "somebody outside of the organisation reads"
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
    condition     = jsondecode(module.bucket.policy).Statement[0].Effect == "Deny" && jsondecode(module.bucket.policy).Statement[0].Condition.ArnNotEquals["aws:PrincipalArn"] == "arn:aws:iam::222222222222:role/mlops-release" && contains(jsondecode(module.bucket.policy).Statement[0].Action, "s3:PutObject")
    error_message = "somebody else than the release role could write a template"
  }
}

run "refuses_a_writer_by_pattern" {
  command = plan

  variables {
    writer_arn = "arn:aws:iam::222222222222:role/*"
  }

  expect_failures = [var.writer_arn]
}
