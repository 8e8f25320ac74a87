# One build per account: the command that a person runs, in an image that needs no download.
resource "aws_codebuild_project" "this" {
  name                   = var.name
  description            = "Vends one account with Terraform"
  service_role           = aws_iam_role.this["builds"].arn
  encryption_key         = var.key_arn
  build_timeout          = var.limits.build_minutes
  concurrent_build_limit = var.limits.concurrency # across all runs, so that two merges do not double the load

  source {
    type      = "S3"
    location  = "${module.bucket.name}/${local.source}"
    buildspec = file("${path.module}/buildspec.yml")
  }

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    type                        = "LINUX_CONTAINER"
    compute_type                = "BUILD_GENERAL1_SMALL"
    image                       = var.image
    image_pull_credentials_type = "SERVICE_ROLE"

    environment_variable {
      name  = "TARGET"
      value = "aws"
    }
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.this["builds"].name
    }
  }
}
