# New accounts have a quota of no, or almost no, training instances. AWS may take days to approve an increase, so vending requests it with
# the account. AWS never lowers a quota, and neither does this module.
resource "aws_servicequotas_service_quota" "this" {
  for_each = var.requests

  service_code = each.value.service
  quota_code   = each.value.quota
  value        = each.value.value
}

# Alarms before a quota is used up. AWS publishes usage metrics for some quotas only; `usage` names the metric.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, request in var.requests : name => request if request.usage != null }

  alarm_name          = "${var.name_prefix}-quota-${each.key}"
  alarm_description   = "${var.alarm_percent} percent of the quota ${each.key} are in use; request more in platform.yaml or in the team's file"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  threshold           = var.alarm_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns

  metric_query {
    id          = "share"
    label       = "Share of the quota in use, in percent"
    expression  = "used / SERVICE_QUOTA(used) * 100"
    return_data = true
  }

  metric_query {
    id          = "used"
    return_data = false

    metric {
      namespace   = "AWS/Usage"
      metric_name = "ResourceCount"
      period      = 300
      stat        = "Maximum"
      dimensions  = { Service = each.value.usage.service, Resource = each.value.usage.resource, Type = "Resource", Class = each.value.usage.class }
    }
  }
}
