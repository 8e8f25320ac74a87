mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/mlops-emr-any" }
  }
}

variables {
  name_prefix  = "mlops"
  account_id   = "111111111111"
  data_key_arn = "arn:aws:kms:eu-west-2:111111111111:key/11111111-2222-3333-4444-555555555555"
}

run "machines_take_one_role_and_touch_no_data" {
  command = plan

  assert {
    condition = flatten([
      for statement in jsondecode(aws_iam_role_policy.this["instance"].policy).Statement : statement.Resource
      if contains(flatten([statement.Action]), "sts:AssumeRole")
    ]) == ["arn:aws:iam::111111111111:role/mlops-emr-job"]
    error_message = "machines could take another role"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.this["instance"].policy).Statement : [
        for resource in flatten([statement.Resource]) : startswith(resource, "arn:aws:s3:::mlops-cluster-111111111111-")
        if startswith(resource, "arn:aws:s3")
      ]
    ]))
    error_message = "machines could read the team's data without a job's role"
  }
}

run "jobs_take_no_role_at_all" {
  command = plan

  assert {
    condition     = !strcontains(aws_iam_role_policy.this["job"].policy, "sts:") && !strcontains(aws_iam_role_policy.this["job"].policy, "iam:")
    error_message = "a job could become somebody else"
  }
}

run "the_profile_is_named_as_its_role" {
  command = plan

  assert {
    condition     = aws_iam_instance_profile.this.name == "mlops-emr-instance" && aws_iam_instance_profile.this.role == "mlops-emr-instance"
    error_message = "bucket policies that name the role by its profile would name nobody"
  }
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "refuses_an_alias_for_a_key" {
  command = plan

  variables {
    data_key_arn = "arn:aws:kms:eu-west-2:111111111111:alias/data"
  }

  expect_failures = [var.data_key_arn]
}

run "refuses_a_prefix_that_no_name_may_begin_with" {
  command = plan

  variables {
    name_prefix = "Bank"
  }

  expect_failures = [var.name_prefix]
}
