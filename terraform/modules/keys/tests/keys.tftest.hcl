mock_provider "aws" {}

variables {
  name_prefix = "mlops"
  account_id  = "111122223333"
  region      = "eu-west-2"
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
    condition     = !contains([for it in jsondecode(aws_kms_key.this["data"].policy).Statement : lookup(it.Principal, "Service", "")], "logs.eu-west-2.amazonaws.com") && contains([for it in jsondecode(aws_kms_key.this["logs"].policy).Statement : lookup(it.Principal, "Service", "")], "logs.eu-west-2.amazonaws.com")
    error_message = "the log service must not use the data key"
  }
}

run "lets_rules_use_the_data_key_for_topics_of_this_account_alone" {
  command = plan

  assert {
    condition = [for it in jsondecode(aws_kms_key.this["data"].policy).Statement : it.Condition if lookup(it.Principal, "Service", "") != ""] == [
      { ArnLike = { "kms:EncryptionContext:aws:sns:topicArn" = "arn:aws:sns:eu-west-2:111122223333:*" } }
    ]
    error_message = "a service uses the data key for more than topics of this account"
  }
}

run "lets_rules_on_events_use_the_log_key_for_topics_of_the_account_only" {
  command = plan

  assert {
    condition = one([
      for it in jsondecode(aws_kms_key.this["logs"].policy).Statement : it.Condition.ArnLike if lookup(it.Principal, "Service", "") == "events.amazonaws.com"
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
