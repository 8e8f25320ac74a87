mock_provider "aws" {}

variables {
  name_prefix = "mlops"
  requests = {
    training-g4dn = { service = "sagemaker", quota = "L-3F53BF0F", value = 4 }
    vcpus         = { service = "ec2", quota = "L-1216C47A", value = 64, usage = { service = "EC2", resource = "vCPU", class = "Standard/OnDemand" } }
  }
  alarm_topic_arns = ["arn:aws:sns:eu-west-2:111111111111:alarms"]
}

run "asks_for_every_quota_by_its_code" {
  command = plan

  assert {
    condition     = { for name, quota in aws_servicequotas_service_quota.this : "${quota.service_code}/${quota.quota_code}" => quota.value } == { "sagemaker/L-3F53BF0F" = 4, "ec2/L-1216C47A" = 64 }
    error_message = "a quota is not asked for, or another is"
  }
}

run "gives_an_alarm_only_where_aws_publishes_the_use" {
  command = plan

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["vcpus"] && aws_cloudwatch_metric_alarm.this["vcpus"].threshold == 80
    error_message = "an alarm could never go, or goes too late"
  }
}

run "asks_for_nothing_when_nothing_is_needed" {
  command = plan

  variables {
    requests = {}
  }

  assert {
    condition     = length(aws_servicequotas_service_quota.this) + length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "something is asked for"
  }
}

run "refuses_a_quota_by_name" {
  command = plan

  variables {
    requests = { training = { service = "sagemaker", quota = "ml.g4dn.xlarge for training job usage", value = 4 } }
  }

  expect_failures = [var.requests]
}

run "refuses_to_ask_for_nothing" {
  command = plan

  variables {
    requests = { training = { service = "sagemaker", quota = "L-3F53BF0F", value = 0 } }
  }

  expect_failures = [var.requests]
}

run "refuses_an_alarm_that_never_goes" {
  command = plan

  variables {
    alarm_percent = 120
  }

  expect_failures = [var.alarm_percent]
}

run "refuses_a_mail_address_for_a_topic" {
  command = plan

  variables {
    alarm_topic_arns = ["platform@bank.example"]
  }

  expect_failures = [var.alarm_topic_arns]
}

run "refuses_a_prefix_that_no_name_may_begin_with" {
  command = plan

  variables {
    name_prefix = "-mlops"
  }

  expect_failures = [var.name_prefix]
}
