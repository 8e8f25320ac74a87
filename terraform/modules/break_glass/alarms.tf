locals {
  alarms = {
    refused = {
      description = "An approval was refused, or a window could not be opened or closed; the execution of ${local.name} says why"
      namespace   = "AWS/States"
      metric      = "ExecutionsFailed"
      dimensions  = { StateMachineArn = aws_sfn_state_machine.this.arn }
    }
    aborted = {
      description = "Somebody stopped the machine while a window was open; the window closes at its end all the same"
      namespace   = "AWS/States"
      metric      = "ExecutionsAborted"
      dimensions  = { StateMachineArn = aws_sfn_state_machine.this.arn }
    }
    unheard = {
      description = "An approval was given and no execution began"
      namespace   = "AWS/Events"
      metric      = "FailedInvocations"
      dimensions  = { RuleName = aws_cloudwatch_event_rule.this.name }
    }
  }
}

# The state machine itself publishes when access starts and ends; module alarms reports that the role was assumed.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}
