locals {
  alarms = {
    accounts = {
      description = "An account was not vended; its log is in the group of the builds. The next list holds it again"
      namespace   = var.name
      metric      = "Accounts"
      dimensions  = { Outcome = "FAILED" }
    }
    runs = {
      description = "A run stopped, most often because too many accounts failed. Remove the cause, then redrive the execution"
      namespace   = "AWS/States"
      metric      = "ExecutionsFailed"
      dimensions  = { StateMachineArn = aws_sfn_state_machine.this.arn }
    }
    trigger = {
      description = "A list was written and no run began"
      namespace   = "AWS/Events"
      metric      = "FailedInvocations"
      dimensions  = { RuleName = aws_cloudwatch_event_rule.this.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}-failed"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
