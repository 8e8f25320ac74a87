mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:111122223333:log-group:/aws/vendedlogs/states/mlops-break-glass" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mlops-break-glass" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-west-2:111122223333:stateMachine:mlops-break-glass" }
  }
}

variables {
  name_prefix           = "mlops"
  account_id            = "111122223333"
  region                = "eu-west-2"
  management_account_id = "777788889999"
  roles_file            = "../../roles.yaml"
  topic_arn             = "arn:aws:sns:eu-west-2:111122223333:mlops-alarms"
  key_arn               = "arn:aws:kms:eu-west-2:111122223333:key/l"
}

run "changes_the_trust_of_the_closed_role_and_of_no_other" {
  command = plan

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.this["machine"].policy).Statement : s.Resource == "arn:aws:iam::111122223333:role/platform-fix-engineer"
      if strcontains(jsonencode(s.Action), "iam:")
    ])
    error_message = "the machine could change another role"
  }

  assert {
    condition = [
      for s in jsondecode(aws_iam_role_policy.this["machine"].policy).Statement : s.Condition.StringEquals["iam:PermissionsBoundary"] if s.Action == "iam:PutRolePolicy"
    ] == ["arn:aws:iam::111122223333:policy/mlops-platform-fix-engineer"]
    error_message = "the machine could give the role more than it has"
  }
}

run "opens_for_a_named_user_with_mfa_between_two_instants" {
  command = plan

  assert {
    condition = jsondecode(jsondecode(aws_sfn_state_machine.this.definition).States["Name the people"].Assign.trust.open).Statement[0].Condition == {
      ArnEquals             = { "aws:PrincipalArn" = "arn:aws:iam::777788889999:user/break-glass/(requester)" }
      Bool                  = { "aws:MultiFactorAuthPresent" = "true" }
      DateGreaterThanEquals = { "aws:CurrentTime" = "(from)" }
      DateLessThan          = { "aws:CurrentTime" = "(until)" }
    }
    error_message = "an open window would let somebody else in"
  }
}

run "tells_before_it_opens_and_closes_whatever_goes_wrong" {
  command = plan

  assert {
    condition = alltrue([
      for name in ["Write that it is open", "Open for its sessions", "Open the trust"] :
      jsondecode(aws_sfn_state_machine.this.definition).States[name].Catch[0].Next == "Close the trust"
    ])
    error_message = "a window that opened halfway would stay so until its end"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.this.definition).States["Tell that it opens"].Next == "Write that it is open" && aws_cloudwatch_metric_alarm.this["aborted"].alarm_actions == toset([var.topic_arn])
    error_message = "nobody would hear of a window"
  }
}

run "starts_on_approvals_only" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this.event_pattern).detail.name == [{ prefix = "/mlops-break-glass/approvals/" }]
    error_message = "a request would start the machine"
  }
}

run "refuses_an_alias_for_a_key" {
  command = plan

  variables {
    key_arn = "arn:aws:kms:eu-west-2:111122223333:alias/mlops-logs"
  }

  expect_failures = [var.key_arn]
}

run "refuses_a_place_that_is_none" {
  command = plan

  variables {
    account_id = "1"
  }

  expect_failures = [var.account_id]
}
