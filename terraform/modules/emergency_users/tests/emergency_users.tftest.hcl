mock_provider "aws" {}

variables {
  name_prefix     = "mlops"
  names           = ["erin", "frank"]
  role_name       = "platform-fix-engineer"
  organization_id = "o-a1b2c3d4e5"
}

run "lets_a_user_do_one_thing_and_that_with_a_code_only" {
  command = plan

  assert {
    condition = [for s in jsondecode(aws_iam_group_policy.this.policy).Statement : [s.Action, s.Resource, s.Condition.Bool]] == [
      ["sts:AssumeRole", "arn:aws:iam::*:role/platform-fix-engineer", { "aws:MultiFactorAuthPresent" = "true" }]
    ]
    error_message = "an emergency user could do more, or without its device"
  }
}

run "names_users_as_the_window_does" {
  command = plan

  assert {
    condition     = alltrue([for name, user in aws_iam_user.this : user.path == "/break-glass/" && user.name == name && user.tags.owner == name])
    error_message = "a window would name nobody"
  }
}

run "refuses_a_name_that_is_a_path" {
  command = plan

  variables {
    names = ["erin/frank"]
  }

  expect_failures = [var.names]
}

run "refuses_a_role_by_pattern" {
  command = plan

  variables {
    role_name = "*"
  }

  expect_failures = [var.role_name]
}
