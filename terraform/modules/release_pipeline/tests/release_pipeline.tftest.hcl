mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::222222222222:role/mlops-release" }
  }
  mock_resource "aws_codepipeline" {
    defaults = { arn = "arn:aws:codepipeline:eu-west-2:222222222222:mlops-release" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:222222222222:log-group:/mlops/release" }
  }
}

variables {
  name_prefix   = "mlops"
  account_id    = "222222222222"
  region        = "eu-west-2"
  operator_role = "OrganizationAccountAccessRole"
  source_code = {
    connection_arn = "arn:aws:codeconnections:eu-west-2:222222222222:connection/0a1b2c3d-0000-0000-0000-000000000000"
    repository     = "bank/mlops-platform"
    branch         = "main"
  }
  image = {
    address        = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/vending"
  }
  release_bucket = { arns = ["arn:aws:s3:::mlops-releases-1"] }
  builds = {
    bucket_name  = "mlops-builds-1"
    bucket_arn   = "arn:aws:s3:::mlops-builds-1"
    data_key_arn = "arn:aws:kms:eu-west-2:222222222222:key/releases"
    logs_key_arn = "arn:aws:kms:eu-west-2:222222222222:key/logs"
  }
  package_index = {
    domain          = "mlops"
    domain_arn      = "arn:aws:codeartifact:eu-west-2:222222222222:domain/mlops"
    repository      = "approved-packages"
    repository_arn  = "arn:aws:codeartifact:eu-west-2:222222222222:repository/mlops/approved-packages"
    quarantine_arns = { python = "arn:aws:codeartifact:eu-west-2:222222222222:repository/mlops/quarantine-pypi" }
  }
}

run "publishes_only_after_check_plan_and_a_persons_approval" {
  command = apply

  assert {
    condition     = [for step in local.builds : yamldecode(step.buildspec).phases.build.commands[0]] == ["python -m scripts.catalog check", "python -m scripts.catalog plan", "python -m scripts.catalog publish"]
    error_message = "a step calls the command of its name"
  }

  assert {
    condition     = join(" ", module.pipeline.stages) == "Source Check Plan Approve Publish"
    error_message = "the order of the steps is the control"
  }
}

run "lets_the_operator_publish_by_hand_as_the_release_role" {
  command = apply

  assert {
    condition     = module.pipeline.role_names == { check = "mlops-release-check", plan = "mlops-release-plan", publish = "mlops-release" }
    error_message = "bucket and package index know the release role by this name"
  }
}

run "gives_writing_to_the_release_role_alone" {
  command = apply

  assert {
    condition     = contains(one([for statement in jsondecode(aws_iam_role_policy.publish.policy).Statement : statement.Action if statement.Sid == "Products"]), "servicecatalog:CreateProvisioningArtifact") && keys(aws_iam_role_policy.read) == ["plan", "publish"]
    error_message = "the release role publishes, the plan reads"
  }

  assert {
    condition     = alltrue(flatten([for policy in merge(aws_iam_role_policy.read, aws_iam_role_policy.packages) : [for statement in jsondecode(policy.policy).Statement : [for action in flatten([statement.Action]) : !can(regex(":(Create|Put|Update|Delete|Copy|Associate)", action)) || startswith(action, "logs:")]]]))
    error_message = "a role besides the release role could write"
  }
}

run "lets_the_release_use_the_templates_key_of_every_region_and_no_other_key" {
  command = apply

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.publish.policy).Statement : [statement.Action, statement.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"]] if statement.Sid == "TemplateKeys"] == [["kms:GenerateDataKey", "alias/mlops-hub-releases"]]
    error_message = "each region encrypts its templates with a key of its own"
  }
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "hub"
  }

  expect_failures = [var.account_id]
}
