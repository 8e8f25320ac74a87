# Merge -> check -> plan -> approval -> publish. Each step is a build under a role of its own, which may do what its step does.
locals {
  steps = {
    check   = { command = "make check", role = aws_iam_role.step["check"].arn, about = "Lint, rules and honest versions of every product" }
    plan    = { command = "make publish-product PLAN=1", role = aws_iam_role.step["plan"].arn, about = "What publishing would change in the hub" }
    publish = { command = "make publish-product", role = aws_iam_role.step["publish"].arn, about = "Publishes what was approved" }
  }
}

resource "aws_codepipeline" "this" {
  name           = local.name
  role_arn       = aws_iam_role.pipeline.arn
  pipeline_type  = "V2"
  execution_mode = "QUEUED"

  artifact_store {
    type     = "S3"
    location = var.bucket.name

    encryption_key {
      type = "KMS"
      id   = var.key_arns.data
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
        OutputArtifactFormat = "CODE_ZIP"
        DetectChanges        = "true"
      }
    }
  }

  stage {
    name = "Check"

    action {
      name            = "Check"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = aws_codebuild_project.step["check"].name }
    }
  }

  stage {
    name = "Plan"

    action {
      name            = "Plan"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = aws_codebuild_project.step["plan"].name }
    }
  }

  stage {
    name = "Approve"

    action {
      name     = "Approve"
      category = "Approval"
      owner    = "AWS"
      provider = "Manual"
      version  = "1"
      configuration = {
        CustomData = "Read the log of ${aws_codebuild_project.step["plan"].name}; approve only what somebody else has merged."
      }
    }
  }

  stage {
    name = "Publish"

    action {
      name            = "Publish"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = aws_codebuild_project.step["publish"].name }
    }
  }
}
