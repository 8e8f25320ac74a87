resource "aws_codebuild_project" "step" {
  for_each = { for step in var.steps : step.name => step }

  name           = local.names[each.key]
  description    = each.value.about
  service_role   = aws_iam_role.step[each.key].arn
  encryption_key = var.builds.data_key_arn
  build_timeout  = 60

  source {
    type      = "CODEPIPELINE"
    buildspec = each.value.buildspec
  }

  artifacts {
    type = "CODEPIPELINE"
  }

  environment {
    type                        = "LINUX_CONTAINER"
    compute_type                = "BUILD_GENERAL1_MEDIUM"
    image                       = var.image.address
    image_pull_credentials_type = "SERVICE_ROLE"

    dynamic "environment_variable" {
      for_each = merge({ TARGET = "aws" }, each.value.environment)

      content {
        name  = environment_variable.key
        value = environment_variable.value
      }
    }
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.this.name
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${replace(var.name, "-", "/")}"
  kms_key_id        = var.builds.logs_key_arn
  retention_in_days = 400
}
