mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/mlops-vending-any" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:111111111111:log-group:any" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-west-2:111111111111:stateMachine:mlops-vending" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-vending-111111111111-eu-west-2" }
  }
}

variables {
  name            = "mlops-vending"
  account_id      = "111111111111"
  region          = "eu-west-2"
  organization_id = "o-a1b2c3d4e5"
  image           = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  key_arn         = "arn:aws:kms:eu-west-2:111111111111:key/11111111-2222-3333-4444-555555555555"
  state_access    = { state_bucket = "mlops-terraform-state-111111111111", role_name = "OrganizationAccountAccessRole" }
  limits          = { concurrency = 40, tolerated_failure_percentage = 2 }
  alarm_topic_arn = "arn:aws:sns:eu-west-2:111111111111:alarms"

  access_log_bucket = "mlops-access-logs-111111111111"
}

run "vends_a_bounded_number_of_accounts_at_once_and_stops_when_too_many_fail" {
  assert {
    condition     = jsondecode(aws_sfn_state_machine.this.definition).States.Accounts.MaxConcurrency == 40 && jsondecode(aws_sfn_state_machine.this.definition).States.Accounts.ToleratedFailurePercentage == 2
    error_message = "the machine does not keep the limits"
  }

  assert {
    condition     = aws_codebuild_project.this.concurrent_build_limit == 40
    error_message = "two runs together could exceed the limit"
  }
}

run "is_started_by_the_list_alone" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.this.event_pattern) == {
      source      = ["aws.s3"]
      detail-type = ["Object Created"]
      detail      = { bucket = { name = ["mlops-vending-111111111111-eu-west-2"] }, object = { key = ["accounts.jsonl"] } }
    }
    error_message = "another object could start a run: ${aws_cloudwatch_event_rule.this.event_pattern}"
  }
}

run "keeps_everything_under_the_customer_key" {
  assert {
    condition = alltrue([
      aws_sfn_state_machine.this.encryption_configuration[0].kms_key_id == var.key_arn,
      aws_codebuild_project.this.encryption_key == var.key_arn,
      alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.key_arn]),
    ])
    error_message = "executions or logs are not under the customer key"
  }
}

run "gives_each_role_to_one_service_of_this_account" {
  assert {
    condition = {
      for name, role in aws_iam_role.this : name => jsondecode(role.assume_role_policy).Statement[0].Principal.Service
      } == {
      machine = "states.amazonaws.com"
      builds  = "codebuild.amazonaws.com"
      trigger = "events.amazonaws.com"
    }
    error_message = "a role is trusted by another service"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111111111111"])
    error_message = "a role could be taken on behalf of another account"
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.this : [
        for statement in jsondecode(policy.policy).Statement : !strcontains(jsonencode(statement.Action), "*")
      ]
    ]))
    error_message = "a role has an action with a wildcard"
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.this["builds"].policy).Statement : statement.Condition.StringEquals["aws:ResourceOrgID"]
      if statement.Sid == "EnterAccountsOfTheOrganisation"
    ]) == "o-a1b2c3d4e5"
    error_message = "a build could enter an account outside of the organisation"
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.this["builds"].policy).Statement : statement.Resource
      if statement.Sid == "PullImage"
    ]) == "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/vending"
    error_message = "a build could pull another image"
  }
}

run "raises_an_alarm_for_one_account_a_stopped_run_and_a_lost_list" {
  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.metric_name } == { accounts = "Accounts", runs = "ExecutionsFailed", trigger = "FailedInvocations" }
    error_message = "a failure would be heard by nobody"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : contains(alarm.alarm_actions, var.alarm_topic_arn)])
    error_message = "an alarm tells nobody"
  }
}

run "refuses_a_name_that_leaves_no_room_for_account_and_region" {
  command = plan

  variables {
    name = "a-name-of-more-than-thirty-letters"
  }

  expect_failures = [var.name]
}

run "refuses_an_image_by_tag" {
  command = plan

  variables {
    image = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending:latest"
  }

  expect_failures = [var.image]
}

run "refuses_an_alias_for_a_key" {
  command = plan

  variables {
    key_arn = "arn:aws:kms:eu-west-2:111111111111:alias/data"
  }

  expect_failures = [var.key_arn]
}

run "refuses_a_role_by_pattern" {
  command = plan

  variables {
    state_access = { state_bucket = "mlops-terraform-state", role_name = "*" }
  }

  expect_failures = [var.state_access]
}

run "refuses_no_bound_at_all" {
  command = plan

  variables {
    limits = { concurrency = 0 }
  }

  expect_failures = [var.limits]
}

run "refuses_to_go_on_when_most_accounts_fail" {
  command = plan

  variables {
    limits = { tolerated_failure_percentage = 80 }
  }

  expect_failures = [var.limits]
}

run "refuses_an_account_that_lost_its_leading_zero" {
  command = plan

  variables {
    account_id = "11111111111"
  }

  expect_failures = [var.account_id]
}

run "refuses_an_arn_where_the_name_of_a_bucket_is_needed" {
  command = plan

  variables {
    access_log_bucket = "arn:aws:s3:::mlops-access-logs"
  }

  expect_failures = [var.access_log_bucket]
}

run "refuses_a_queue_where_a_topic_is_needed" {
  command = plan

  variables {
    alarm_topic_arn = "arn:aws:sqs:eu-west-2:111111111111:alarms"
  }

  expect_failures = [var.alarm_topic_arn]
}
