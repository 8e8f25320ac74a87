# A merge uploads the source, then the account list; only the upload of the list starts a run, so that permission to write the list is
# permission to vend.
resource "aws_s3_bucket_notification" "this" {
  bucket      = module.bucket.name
  eventbridge = true
}

resource "aws_cloudwatch_event_rule" "this" {
  name        = "${var.name}-list"
  description = "A new list of accounts starts the vending pipeline"
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [module.bucket.name] }, object = { key = [local.list] } }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule     = aws_cloudwatch_event_rule.this.name
  arn      = aws_sfn_state_machine.this.arn
  role_arn = aws_iam_role.this["trigger"].arn
}
