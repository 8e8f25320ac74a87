# The merge uploads the source, then the list; the list starts a run. Nothing else does, so that who may write the list decides
# who may vend.
resource "aws_s3_bucket_notification" "this" {
  bucket      = aws_s3_bucket.this.id
  eventbridge = true
}

resource "aws_cloudwatch_event_rule" "this" {
  name        = "${var.name}-list"
  description = "A new list of accounts starts the vending pipeline"
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [aws_s3_bucket.this.bucket] }, object = { key = [local.list] } }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule     = aws_cloudwatch_event_rule.this.name
  arn      = aws_sfn_state_machine.this.arn
  role_arn = aws_iam_role.this["trigger"].arn
}
