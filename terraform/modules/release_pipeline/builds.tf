resource "aws_codebuild_project" "step" {
  for_each = local.steps

  name           = "${local.name}-${each.key}"
  description    = each.value.about
  service_role   = each.value.role
  encryption_key = var.key_arns.data
  build_timeout  = 60

  source {
    type      = "CODEPIPELINE"
    buildspec = templatefile("${path.module}/buildspec.yml", { command = each.value.command })
  }

  artifacts {
    type = "CODEPIPELINE"
  }

  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_MEDIUM"
    image        = "aws/codebuild/amazonlinux-x86_64-standard:5.0"

    dynamic "environment_variable" {
      for_each = {
        INDEX_DOMAIN     = var.package_index.domain
        INDEX_OWNER      = var.account_id
        INDEX_REPOSITORY = var.package_index.repository
        TARGET           = "aws"
      }

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
  name              = "/${var.name_prefix}/release"
  kms_key_id        = var.key_arns.logs
  retention_in_days = 400
}
