mock_provider "aws" {}

variables {
  name_prefix = "mlops"
  account_id  = "111122223333"
  region      = "eu-west-2"
  classes = {
    data   = { description = "Data sets", services = ["events"] }
    images = { description = "Images" }
    logs   = { description = "Log groups and alarms", services = ["budgets", "cloudwatch", "events", "logs"] }
  }
}

run "rotates_every_key_and_waits_a_month_before_deletion" {
  command = plan

  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.deletion_window_in_days == 30])
    error_message = "a key is not rotated or can be deleted too quickly"
  }
}

run "lets_the_log_service_use_the_log_key_alone" {
  command = plan

  assert {
    condition     = !contains([for statement in jsondecode(aws_kms_key.this["data"].policy).Statement : lookup(statement.Principal, "Service", "")], "logs.eu-west-2.amazonaws.com") && contains([for statement in jsondecode(aws_kms_key.this["logs"].policy).Statement : lookup(statement.Principal, "Service", "")], "logs.eu-west-2.amazonaws.com")
    error_message = "the log service must not use the data key"
  }
}

run "lets_rules_use_the_data_key_for_topics_of_this_account_alone" {
  command = plan

  assert {
    condition = [for statement in jsondecode(aws_kms_key.this["data"].policy).Statement : statement.Condition if lookup(statement.Principal, "Service", "") != ""] == [
      { ArnLike = { "kms:EncryptionContext:aws:sns:topicArn" = "arn:aws:sns:eu-west-2:111122223333:*" } }
    ]
    error_message = "a service uses the data key for more than topics of this account"
  }
}

run "lets_rules_on_events_use_the_log_key_for_topics_of_the_account_only" {
  command = plan

  assert {
    condition = one([
      for statement in jsondecode(aws_kms_key.this["logs"].policy).Statement : statement.Condition.ArnLike if lookup(statement.Principal, "Service", "") == "events.amazonaws.com"
    ])["kms:EncryptionContext:aws:sns:topicArn"] == "arn:aws:sns:eu-west-2:111122223333:*"
    error_message = "a rule on events could use the key for a topic of another account"
  }
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "eleven"
  }

  expect_failures = [var.account_id]
}

run "gives_each_class_a_key" {
  command = plan

  assert {
    condition     = toset(keys(aws_kms_key.this)) == toset(["data", "images", "logs"]) && aws_kms_alias.this["images"].name == "alias/mlops-images"
    error_message = "each class is revoked apart from the others"
  }
}

run "lets_in_no_other_account" {
  command = plan

  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [
      for statement in jsondecode(key.policy).Statement : try(statement.Principal.AWS == "arn:aws:iam::111122223333:root", can(statement.Principal.Service))
    ]]))
    error_message = "a key policy lets in somebody else than the account itself"
  }
}

run "lets_the_log_service_use_the_key_of_the_logs_for_this_account_alone" {
  command = plan

  assert {
    condition = one([
      for statement in jsondecode(aws_kms_key.this["logs"].policy).Statement : statement.Condition.ArnLike if lookup(statement.Principal, "Service", "") == "logs.eu-west-2.amazonaws.com"
    ])["kms:EncryptionContext:aws:logs:arn"] == "arn:aws:logs:eu-west-2:111122223333:*"
    error_message = "log groups of other accounts could use the key"
  }

  assert {
    condition     = length(jsondecode(aws_kms_key.this["images"].policy).Statement) == 1
    error_message = "only the logs need a service in their key policy"
  }
}

run "refuses_what_is_no_region" {
  command = plan

  variables {
    region = "London"
  }

  expect_failures = [var.region]
}

run "refuses_a_service_that_it_does_not_know" {
  command = plan

  variables {
    classes = { data = { description = "Data sets", services = ["sns"] } }
  }

  expect_failures = [var.classes]
}
