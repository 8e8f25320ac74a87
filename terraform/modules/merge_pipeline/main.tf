# A merge starts builds in sequence, each under a role of its own, with a manual approval before the build that changes something.
locals {
  names = { for step in var.steps : step.name => "${var.name}-${step.name}" }
  stages = flatten([for step in var.steps : [
    [for question in compact([step.approval]) : {
      name          = "Approve"
      category      = "Approval"
      provider      = "Manual"
      inputs        = []
      configuration = { CustomData = question }
    }],
    {
      name          = title(step.name)
      category      = "Build"
      provider      = "CodeBuild"
      inputs        = ["source"]
      configuration = { ProjectName = aws_codebuild_project.step[step.name].name }
    },
  ]])
}

resource "aws_codepipeline" "this" {
  name           = var.name
  role_arn       = aws_iam_role.pipeline.arn
  pipeline_type  = "V2"
  execution_mode = "QUEUED"

  artifact_store {
    type     = "S3"
    location = var.builds.bucket_name

    encryption_key {
      type = "KMS"
      id   = var.builds.data_key_arn
    }
  }

  stage {
    name = "Source"

    action {
      name             = "Merge"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      configuration = {
        ConnectionArn        = var.source_code.connection_arn
        FullRepositoryId     = var.source_code.repository
        BranchName           = var.source_code.branch
        OutputArtifactFormat = "CODEBUILD_CLONE_REF" # with its history, which says what was frozen before
        DetectChanges        = "true"
      }
    }
  }

  dynamic "stage" {
    for_each = local.stages

    content {
      name = stage.value.name

      action {
        name            = stage.value.name
        category        = stage.value.category
        owner           = "AWS"
        provider        = stage.value.provider
        version         = "1"
        input_artifacts = stage.value.inputs
        configuration   = stage.value.configuration
      }
    }
  }

  depends_on = [aws_iam_role_policy.pipeline, aws_iam_role_policy.build] # the pipeline starts its first run when it is created
}
