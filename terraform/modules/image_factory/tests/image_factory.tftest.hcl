mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::222222222222:role/mlops-image" }
  }
  mock_resource "aws_codebuild_project" {
    defaults = { arn = "arn:aws:codebuild:eu-west-2:222222222222:project/mlops-image" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:222222222222:log-group:/mlops/image-factory" }
  }
}

variables {
  name_prefix = "mlops"
  account_id  = "222222222222"
  regions     = ["eu-west-2", "eu-west-1"]
  dockerfiles = { folder = "./tests/images", base_repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/base" }
  images = {
    training = {
      repository_url = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/training"
      repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/training"
      contract       = "/bank/images/training"
    }
    processing = {
      repository_url = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/processing"
      repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/processing"
      contract       = "/bank/images/processing"
    }
  }
  package_index = {
    domain         = "mlops"
    domain_arn     = "arn:aws:codeartifact:eu-west-2:222222222222:domain/mlops"
    repository     = "approved-packages"
    repository_arn = "arn:aws:codeartifact:eu-west-2:222222222222:repository/mlops/approved-packages"
  }
  builds = {
    bucket_name  = "mlops-builds-1"
    bucket_arn   = "arn:aws:s3:::mlops-builds-1"
    data_key_arn = "arn:aws:kms:eu-west-2:222222222222:key/releases"
    logs_key_arn = "arn:aws:kms:eu-west-2:222222222222:key/logs"
  }
}

run "builds_each_image_from_its_own_folder" {
  command = apply

  assert {
    condition     = { for image, project in aws_codebuild_project.this : image => project.source[0].location } == { training = "mlops-builds-1/images/training/", processing = "mlops-builds-1/images/processing/" }
    error_message = "a build must see its own folder and no other"
  }

  assert {
    condition     = toset([for object in aws_s3_object.source : object.key]) == toset(["images/training/Dockerfile", "images/processing/Dockerfile"])
    error_message = "every file of an image must reach the bucket"
  }
}

run "tells_a_build_where_to_publish_and_hides_no_secret_in_it" {
  command = apply

  assert {
    condition     = one([for env_variable in aws_codebuild_project.this["training"].environment[0].environment_variable : env_variable.value if env_variable.name == "CONTRACT"]) == "/bank/images/training"
    error_message = "the build must write its own contract"
  }

  assert {
    condition     = one([for env_variable in aws_codebuild_project.this["training"].environment[0].environment_variable : env_variable.value if env_variable.name == "PUBLISH_REGIONS"]) == "eu-west-2 eu-west-1"
    error_message = "every region needs the digest"
  }

  assert {
    condition     = toset([for env_variable in aws_codebuild_project.this["training"].environment[0].environment_variable : env_variable.name]) == toset(["CONTRACT", "INDEX_DOMAIN", "INDEX_OWNER", "INDEX_REPOSITORY", "PUBLISH_REGIONS", "REPOSITORY_URL"])
    error_message = "an unknown variable: is it a secret?"
  }
}

run "lets_a_build_write_its_contracts_and_push_to_its_repositories_alone" {
  command = apply

  assert {
    condition = toset(one([for statement in jsondecode(aws_iam_role_policy.build.policy).Statement : statement.Resource if statement.Sid == "Publish"])) == toset([
      "arn:aws:ssm:eu-west-2:222222222222:parameter/bank/images/training",
      "arn:aws:ssm:eu-west-1:222222222222:parameter/bank/images/training",
      "arn:aws:ssm:eu-west-2:222222222222:parameter/bank/images/processing",
      "arn:aws:ssm:eu-west-1:222222222222:parameter/bank/images/processing",
    ])
    error_message = "a build could write another contract"
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.build.policy).Statement : statement.Resource != "*" || contains(["RegistryToken", "IndexBearer"], statement.Sid)])
    error_message = "only tokens have no resource"
  }
}

run "encrypts_logs_and_sources" {
  command = apply

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-west-2:222222222222:key/logs" && alltrue([for project in aws_codebuild_project.this : project.logs_config[0].cloudwatch_logs[0].group_name == "/mlops/image-factory"])
    error_message = "logs must go to the encrypted group"
  }
}

run "builds_every_image_on_schedule" {
  command = apply

  assert {
    condition     = toset(keys(aws_cloudwatch_event_target.rebuild)) == toset(["training", "processing"]) && aws_cloudwatch_event_rule.rebuild.schedule_expression == "cron(0 3 ? * SUN *)"
    error_message = "an image would grow old"
  }
}

run "refuses_an_image_without_a_dockerfile" {
  command = plan

  variables {
    images = { inference = { repository_url = "x", repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/x", contract = "/bank/images/inference" } }
  }

  expect_failures = [aws_codebuild_project.this]
}

run "refuses_a_contract_that_is_no_path" {
  command = plan

  variables {
    images = { training = { repository_url = "x", repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/x", contract = "training" } }
  }

  expect_failures = [var.images]
}

run "refuses_a_schedule_that_is_none" {
  command = plan

  variables {
    schedule = "every sunday"
  }

  expect_failures = [var.schedule]
}

run "refuses_to_publish_nowhere" {
  command = plan

  variables {
    regions = []
  }

  expect_failures = [var.regions]
}
