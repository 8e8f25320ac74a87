# Builds of the shared images. An apply, whose plan was reviewed, uploads a changed Dockerfile to the bucket; a build reads it from there.
# Docker needs privileged mode: no other project has it.
resource "aws_s3_object" "source" {
  for_each = { for file in local.files : file => "${var.dockerfiles.folder}/${file}" }

  bucket      = var.builds.bucket_name
  key         = "images/${each.key}"
  source      = each.value
  source_hash = filemd5(each.value)
}

locals {
  files = toset(flatten([for image in keys(var.images) : [for file in fileset("${var.dockerfiles.folder}/${image}", "**") : "${image}/${file}"]]))
}

resource "aws_codebuild_project" "this" {
  #checkov:skip=CKV_AWS_316:Docker builds images only in privileged mode; these are the only projects that do
  for_each = var.images

  name           = "${var.name_prefix}-image-${each.key}"
  description    = "Builds, scans and publishes the image ${each.key}"
  service_role   = aws_iam_role.build.arn
  encryption_key = var.builds.data_key_arn
  build_timeout  = 60

  source {
    type      = "S3"
    location  = "${var.builds.bucket_name}/images/${each.key}/"
    buildspec = file("${path.module}/buildspec.yml")
  }

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    type            = "LINUX_CONTAINER"
    compute_type    = "BUILD_GENERAL1_MEDIUM"
    image           = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    privileged_mode = true

    dynamic "environment_variable" {
      for_each = {
        CONTRACT         = each.value.contract
        INDEX_DOMAIN     = var.package_index.domain
        INDEX_OWNER      = var.account_id
        INDEX_REPOSITORY = var.package_index.repository
        PUBLISH_REGIONS  = join(" ", var.regions)
        REPOSITORY_URL   = each.value.repository_url
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

  lifecycle {
    precondition {
      condition     = contains(local.files, "${each.key}/Dockerfile")
      error_message = "${var.dockerfiles.folder}/${each.key}/Dockerfile is missing; write it, or take the image out of contracts.yaml (scope images)."
    }
  }

  depends_on = [aws_s3_object.source]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name_prefix}/image-factory"
  kms_key_id        = var.builds.logs_key_arn
  retention_in_days = 400
}
