mock_provider "aws" {
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-2:111122223333:mlops-alarms" }
  }
}

variables {
  name_prefix    = "mlops"
  log_group_name = "/mlops/audit"
  key_arn        = "arn:aws:kms:eu-west-2:111122223333:key/l"
  addresses      = ["platform@bank.example"]
}

run "tells_people_of_each_thing_that_is_watched" {
  command = apply

  assert {
    condition     = alltrue([for name, alarm in aws_cloudwatch_metric_alarm.this : alarm.metric_name == name && alarm.alarm_actions == toset([aws_sns_topic.this.arn])])
    error_message = "each filter has an alarm and each alarm tells the topic"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["root-use"].threshold == 1 && aws_cloudwatch_metric_alarm.this["denied-calls"].threshold == 10
    error_message = "root's first call alarms, a single denied call does not"
  }
}

run "encrypts_its_topic" {
  command = plan

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.key_arn
    error_message = "the topic is encrypted with the account's key"
  }
}

run "refuses_an_address_that_is_none" {
  command = plan

  variables {
    addresses = ["platform"]
  }

  expect_failures = [var.addresses]
}
