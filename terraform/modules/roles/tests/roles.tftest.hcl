mock_provider "aws" {
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mlops-boundary" }
  }
}

variables {
  name_prefix    = "mlops"
  account_id     = "111122223333"
  hub_account_id = "444455556666"
  data_key_arn   = "arn:aws:kms:eu-west-2:111122223333:key/k"
}

run "gives_the_technical_lead_no_right_to_create" {
  command = plan

  assert {
    condition = alltrue([
      for action in flatten([for s in jsondecode(aws_iam_role_policy.people["technical-lead"].policy).Statement : s.Action]) :
      startswith(action, "servicecatalog:") || can(regex(":(Describe|Get|List)", action))
    ])
    error_message = "the lead launches through the catalogue and creates nothing directly"
  }
}

run "bounds_the_execution_roles" {
  command = apply

  assert {
    condition     = alltrue([for role in aws_iam_role.studio : role.permissions_boundary == "arn:aws:iam::111122223333:policy/mlops-boundary"])
    error_message = "an execution role has no boundary"
  }
}

run "keeps_studio_to_the_own_account_s_buckets_and_off_the_access_logs" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.studio : [
        for s in jsondecode(policy.policy).Statement : s.Condition.StringEquals["aws:ResourceAccount"] == "111122223333"
        if s.Effect == "Allow" && strcontains(jsonencode(s.Action), "s3:")
      ]
    ]))
    error_message = "data could be carried into a bucket of another account"
  }

  assert {
    condition = alltrue([
      for policy in aws_iam_role_policy.studio :
      contains([for s in jsondecode(policy.policy).Statement : s.Resource if s.Effect == "Deny"], "arn:aws:s3:::mlops-access-logs-*")
    ])
    error_message = "a data scientist could read or forge access logs"
  }
}

run "lets_only_the_hub_read_the_inventory" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.inventory.assume_role_policy).Statement[0].Principal.AWS == "arn:aws:iam::444455556666:root"
    error_message = "the inventory is for the hub"
  }
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    hub_account_id = ""
  }

  expect_failures = [var.hub_account_id]
}
