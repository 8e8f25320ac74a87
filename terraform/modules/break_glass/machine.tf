resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/vendedlogs/states/${local.name}"
  retention_in_days = 400
  kms_key_id        = var.key_arn
}

# One execution handles one approval: it refuses it, or grants access, waits and revokes it.
resource "aws_sfn_state_machine" "this" {
  name     = local.name
  role_arn = aws_iam_role.this["machine"].arn
  definition = templatefile("${path.module}/definition.asl.json", {
    name      = local.name
    role_name = local.role_name
    topic_arn = var.topic_arn
    documents = { for state, documents in local.documents : state => { for kind, text in documents : kind => jsonencode(text) } }
  })

  logging_configuration {
    level                  = "ALL"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.this.arn}:*"
  }

  encryption_configuration {
    type                              = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = var.key_arn
    kms_data_key_reuse_period_seconds = 300
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.this] # AWS tests log delivery when it creates the state machine
}
