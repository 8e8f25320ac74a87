resource "aws_cloudwatch_log_group" "this" {
  for_each = { machine = "/aws/vendedlogs/states/${var.name}", builds = "/aws/codebuild/${var.name}" }

  name              = each.value
  retention_in_days = 400
  kms_key_id        = var.key_arn
}

resource "aws_sfn_state_machine" "this" {
  name       = var.name
  role_arn   = aws_iam_role.this["machine"].arn
  definition = templatefile("${path.module}/definition.asl.json", local.template_variables)

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.this["machine"].arn}:*"
  }

  encryption_configuration {
    type                              = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = var.key_arn
    kms_data_key_reuse_period_seconds = 300
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.this] # AWS tests logs, key and build rule when it creates the state machine
}
