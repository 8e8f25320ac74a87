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
  release_bucket = { arns = ["arn:aws:s3:::mlops-releases-1"] }
  bucket         = { name = "mlops-builds-1", arn = "arn:aws:s3:::mlops-builds-1" }
  key_arns       = { data = "arn:aws:kms:eu-west-2:222222222222:key/releases", logs = "arn:aws:kms:eu-west-2:222222222222:key/logs" }
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
    condition     = join(" ", aws_codepipeline.this.stage[*].name) == "Source Check Plan Approve Publish"
    error_message = "the order of the steps is the control"
  }

  assert {
    condition     = aws_codepipeline.this.stage[3].action[0].category == "Approval" && aws_codepipeline.this.stage[3].action[0].provider == "Manual"
    error_message = "a person approves"
  }
}

run "runs_the_commands_that_a_person_runs_against_the_real_target" {
  command = apply

  assert {
    condition     = { for step, project in aws_codebuild_project.step : step => yamldecode(project.source[0].buildspec).phases.build.commands[0] } == { check = "make check", plan = "make publish-product PLAN=1", publish = "make publish-product" }
    error_message = "a step calls the make target of its name"
  }

  assert {
    condition     = alltrue([for project in aws_codebuild_project.step : one([for it in project.environment[0].environment_variable : it.value if it.name == "TARGET"]) == "aws"])
    error_message = "without TARGET=aws a step looks for the embedded AWS"
  }

  assert {
    condition     = alltrue([for project in aws_codebuild_project.step : project.environment[0].privileged_mode != true && project.encryption_key == "arn:aws:kms:eu-west-2:222222222222:key/releases" && project.logs_config[0].cloudwatch_logs[0].group_name == "/mlops/release"])
    error_message = "privileged mode is for image builds; logs and artifacts are encrypted"
  }
}

run "lets_the_publishing_build_and_the_operator_take_on_the_release_role" {
  command = apply

  assert {
    condition     = aws_iam_role.step["publish"].name == "mlops-release" && jsondecode(aws_iam_role.step["publish"].assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == "arn:aws:codebuild:eu-west-2:222222222222:project/mlops-release-publish"
    error_message = "another build could publish"
  }

  assert {
    condition     = [for it in jsondecode(aws_iam_role.step["publish"].assume_role_policy).Statement : it.Principal.AWS if can(it.Principal.AWS)] == ["arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"] && length(jsondecode(aws_iam_role.step["plan"].assume_role_policy).Statement) == 1
    error_message = "only the operator takes on the release role, and nobody the others"
  }
}

run "gives_writing_to_the_release_role_alone" {
  command = apply

  assert {
    condition     = contains(one([for it in jsondecode(aws_iam_role_policy.publish.policy).Statement : it.Action if it.Sid == "Products"]), "servicecatalog:CreateProvisioningArtifact") && keys(aws_iam_role_policy.read) == ["plan", "publish"]
    error_message = "the release role publishes, the plan reads"
  }

  assert {
    condition     = alltrue(flatten([for policy in merge(aws_iam_role_policy.read, aws_iam_role_policy.build) : [for it in jsondecode(policy.policy).Statement : [for action in flatten([it.Action]) : !can(regex(":(Create|Put|Update|Delete|Copy|Associate)", action)) || startswith(action, "logs:")]]]))
    error_message = "a role besides the release role could write"
  }
}

run "lets_the_release_use_the_templates_key_of_every_region_and_no_other_key" {
  command = apply

  assert {
    condition     = [for it in jsondecode(aws_iam_role_policy.publish.policy).Statement : [it.Action, it.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"]] if it.Sid == "TemplateKeys"] == [["kms:GenerateDataKey", "alias/mlops-hub-releases"]]
    error_message = "each region encrypts its templates with a key of its own"
  }
}

run "lets_the_approver_decide_and_do_nothing_else" {
  command = apply

  assert {
    condition     = one([for it in jsondecode(aws_iam_role_policy.approver.policy).Statement : it.Resource if it.Action == "codepipeline:PutApprovalResult"]) == "arn:aws:codepipeline:eu-west-2:222222222222:mlops-release/Approve/Approve"
    error_message = "the approver decides on this step alone"
  }

  assert {
    condition     = alltrue(flatten([for it in jsondecode(aws_iam_role_policy.approver.policy).Statement : [for action in flatten([it.Action]) : can(regex("^(codepipeline:(Get|List|PutApprovalResult)|logs:(Get|Filter))", action))]]))
    error_message = "the approver can do more than read and decide"
  }

  assert {
    condition     = jsondecode(aws_iam_role.approver.assume_role_policy).Statement[0].Condition.Bool["aws:MultiFactorAuthPresent"] == "true"
    error_message = "an approval needs a second factor"
  }
}

run "encrypts_artifacts_with_the_customers_key" {
  command = apply

  assert {
    condition     = one(aws_codepipeline.this.artifact_store).encryption_key[0].id == "arn:aws:kms:eu-west-2:222222222222:key/releases" && aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-west-2:222222222222:key/logs"
    error_message = "artifacts and logs need the customer keys"
  }
}

run "refuses_a_connection_that_is_none" {
  command = plan

  variables {
    source_code = { connection_arn = "github", repository = "bank/mlops-platform", branch = "main" }
  }

  expect_failures = [var.source_code]
}

run "refuses_a_repository_without_owner" {
  command = plan

  variables {
    source_code = { connection_arn = "arn:aws:codeconnections:eu-west-2:222222222222:connection/0a1b2c3d", repository = "mlops-platform", branch = "main" }
  }

  expect_failures = [var.source_code]
}
