# EventBridge delivers parameter events on a best-effort basis, sometimes twice: an approval may be written again, and a request counts once.
resource "aws_cloudwatch_event_rule" "this" {
  name        = local.name
  description = "An approval of a window starts the machine that judges it"
  event_pattern = jsonencode({
    source      = ["aws.ssm"]
    detail-type = ["Parameter Store Change"]
    detail      = { operation = ["Create", "Update"], name = [{ prefix = "/${local.name}/approvals/" }] }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule     = aws_cloudwatch_event_rule.this.name
  arn      = aws_sfn_state_machine.this.arn
  role_arn = aws_iam_role.this["trigger"].arn
}
