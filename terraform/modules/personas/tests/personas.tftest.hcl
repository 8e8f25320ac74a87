mock_provider "aws" {
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mlops-boundary" }
  }
}

variables {
  name_prefix           = "mlops"
  account_id            = "111122223333"
  hub_account_id        = "444455556666"
  management_account_id = "777788889999"
  data_key_arn          = "arn:aws:kms:eu-west-2:111122223333:key/k"
  roles_file            = "../../roles.yaml"
  sign_in               = { method = "identity-center", saml_provider = "", operator_role = "OrganizationAccountAccessRole" }
}

run "makes_exactly_the_five_personas_and_closes_the_fix_engineer" {
  command = plan

  assert {
    condition     = keys(aws_iam_role.persona) == ["developer", "model-approver", "platform-fix-engineer", "platform-support-engineer", "technical-lead"]
    error_message = "five roles, exactly five"
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role.persona["platform-fix-engineer"].assume_role_policy).Statement : s.Condition.DateLessThan["aws:CurrentTime"]] == ["1970-01-01T00:00:01Z"]
    error_message = "the role could be taken on without a window"
  }
}

run "lets_a_session_of_a_closed_role_do_nothing" {
  command = plan

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.break_glass_session["platform-fix-engineer"].policy).Statement : s.Condition if s.Effect == "Deny" && s.Action == "*" && s.Resource == "*"][1] == { DateGreaterThanEquals = { "aws:CurrentTime" = "1970-01-01T00:00:01Z" } }
    error_message = "a session would outlive its window"
  }

  assert {
    condition     = keys(aws_iam_role_policy.break_glass_session) == ["platform-fix-engineer"]
    error_message = "only the break-glass role has a time limit in its policy"
  }
}

run "bounds_a_closed_role_by_its_own_policy" {
  command = apply

  assert {
    condition     = aws_iam_policy.break_glass["platform-fix-engineer"].policy == aws_iam_role_policy.persona["platform-fix-engineer"].policy && length(aws_iam_policy.break_glass["platform-fix-engineer"].policy) <= 6144
    error_message = "whoever opens windows could widen the role, or the bound is longer than AWS takes"
  }

  assert {
    condition     = aws_iam_role.persona["platform-fix-engineer"].permissions_boundary == aws_iam_policy.break_glass["platform-fix-engineer"].arn && aws_iam_role.persona["developer"].permissions_boundary == null
    error_message = "only the break-glass role has the boundary"
  }
}

run "lets_a_permission_set_in_with_the_person_s_own_tag" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.persona["developer"].assume_role_policy).Statement[1].Condition.StringEquals["aws:RequestTag/owner"] == "$${aws:PrincipalTag/owner}"
    error_message = "a person could call themselves somebody else"
  }

  assert {
    condition     = endswith(jsondecode(aws_iam_role.persona["developer"].assume_role_policy).Statement[1].Condition.ArnLike["aws:PrincipalArn"], "/AWSReservedSSO_developer_*")
    error_message = "only the permission set of the persona's name may take it on"
  }
}

run "lets_an_assertion_in_when_saml_is_the_way" {
  command = plan

  variables {
    sign_in = { method = "saml", saml_provider = "bank", operator_role = "OrganizationAccountAccessRole" }
  }

  assert {
    condition     = jsondecode(aws_iam_role.persona["developer"].assume_role_policy).Statement[1].Principal.Federated == "arn:aws:iam::111122223333:saml-provider/bank"
    error_message = "the accounts' provider signs people in"
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
    condition     = contains([for s in jsondecode(aws_iam_role_policy.studio["developer"].policy).Statement : s.Resource if s.Effect == "Deny"], "arn:aws:s3:::mlops-access-logs-*")
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

run "refuses_another_way_to_sign_in" {
  command = plan

  variables {
    sign_in = { method = "passwords", saml_provider = "", operator_role = "OrganizationAccountAccessRole" }
  }

  expect_failures = [var.sign_in]
}
