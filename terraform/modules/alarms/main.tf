locals {
  # API calls that normal operation does not make, as CloudTrail filter patterns.
  # https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
  patterns = {
    root-use         = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    denied-calls     = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }"
    trail-changes    = "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }"
    key-deletion     = "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }"
    detector-changes = "{ ($.eventName = DeleteDetector) || ($.eventName = StopConfigurationRecorder) || ($.eventName = DeleteConfigurationRecorder) || ($.eventName = DisableSecurityHub) || ($.eventName = DeleteAnalyzer) }"
    role-changes     = "{ ($.eventName = UpdateAssumeRolePolicy) || ($.eventName = DeleteRolePermissionsBoundary) || ($.eventName = CreatePolicyVersion) || ($.eventName = PutRolePolicy) || ($.eventName = AttachRolePolicy) }"
    network-changes  = "{ ($.eventName = CreateInternetGateway) || ($.eventName = AttachInternetGateway) || ($.eventName = CreateNatGateway) || ($.eventName = CreateVpcPeeringConnection) || ($.eventName = ModifyVpcEndpoint) }"
    fix-engineer-use = "{ ($.eventName = AssumeRole) && ($.requestParameters.roleArn = \"*role/platform-fix-engineer\") }"
  }
  thresholds = { denied-calls = 10 } # a single denied call is usually a mistake
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.patterns

  name           = "${var.name_prefix}-${each.key}"
  log_group_name = var.log_group_name
  pattern        = each.value

  metric_transformation {
    name      = each.key
    namespace = "${var.name_prefix}/audit"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.patterns

  alarm_name          = "${var.name_prefix}-${each.key}"
  alarm_description   = "Calls that match ${each.key} within five minutes; look at the log group ${var.log_group_name}"
  namespace           = "${var.name_prefix}/audit"
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = lookup(local.thresholds, each.key, 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
}

resource "aws_sns_topic" "this" {
  name              = "${var.name_prefix}-alarms"
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.addresses

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}
