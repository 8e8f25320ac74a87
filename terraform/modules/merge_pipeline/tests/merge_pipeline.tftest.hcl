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
  name       = "mlops-release"
  account_id = "222222222222"
  region     = "eu-west-2"
  source_code = {
    connection_arn = "arn:aws:codeconnections:eu-west-2:222222222222:connection/0a1b2c3d-0000-0000-0000-000000000000"
    repository     = "bank/mlops-platform"
    branch         = "main"
  }
  builds = {
    bucket_name  = "mlops-builds-1"
    bucket_arn   = "arn:aws:s3:::mlops-builds-1"
    data_key_arn = "arn:aws:kms:eu-west-2:222222222222:key/releases"
    logs_key_arn = "arn:aws:kms:eu-west-2:222222222222:key/logs"
  }
  image = {
    address        = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/vending"
  }
  steps = [
    { name = "plan", about = "Says what would change", role_name = "mlops-release-plan", buildspec = "version: 0.2" },
    { name = "publish", about = "Changes it", role_name = "mlops-release", buildspec = "version: 0.2", environment = { INDEX = "approved" }, approval = "Read the plan.", principals = ["operator"] },
  ]
}

run "waits_for_a_person_before_the_step_that_asks_for_it" {
  command = apply

  assert {
    condition     = join(" ", aws_codepipeline.this.stage[*].name) == "Source Plan Approve Publish"
    error_message = "the order of the steps is the control"
  }

  assert {
    condition     = aws_codepipeline.this.stage[2].action[0].category == "Approval" && aws_codepipeline.this.stage[2].action[0].provider == "Manual" && aws_codepipeline.this.stage[2].action[0].configuration.CustomData == "Read the plan."
    error_message = "a person approves, and is told what"
  }

  assert {
    condition     = aws_codepipeline.this.stage[3].action[0].configuration.ProjectName == "mlops-release-publish"
    error_message = "a stage starts the build of its step"
  }
}

run "builds_for_the_real_target_under_customer_keys_without_privileges" {
  command = apply

  assert {
    condition     = alltrue([for project in aws_codebuild_project.step : one([for env_variable in project.environment[0].environment_variable : env_variable.value if env_variable.name == "TARGET"]) == "aws"])
    error_message = "without TARGET=aws a step looks for the embedded AWS"
  }

  assert {
    condition     = alltrue([for project in aws_codebuild_project.step : project.environment[0].privileged_mode != true && project.encryption_key == "arn:aws:kms:eu-west-2:222222222222:key/releases" && project.logs_config[0].cloudwatch_logs[0].group_name == "/mlops/release"])
    error_message = "privileged mode is for image builds; logs and artifacts are encrypted"
  }

  assert {
    condition     = { for step, project in aws_codebuild_project.step : step => project.environment[0].image_pull_credentials_type } == { plan = "SERVICE_ROLE", publish = "SERVICE_ROLE" }
    error_message = "an image of ours is pulled with the step's own role"
  }

  assert {
    condition     = one([for env_variable in aws_codebuild_project.step["publish"].environment[0].environment_variable : env_variable.value if env_variable.name == "INDEX"]) == "approved"
    error_message = "a step's own variables are lost"
  }
}

run "gives_each_role_to_its_own_build_and_to_named_roles" {
  command = apply

  assert {
    condition     = aws_iam_role.step["publish"].name == "mlops-release" && jsondecode(aws_iam_role.step["publish"].assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == "arn:aws:codebuild:eu-west-2:222222222222:project/mlops-release-publish"
    error_message = "another build could take the role"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.step["publish"].assume_role_policy).Statement : statement.Principal.AWS if can(statement.Principal.AWS)] == ["arn:aws:iam::222222222222:role/operator"] && length(jsondecode(aws_iam_role.step["plan"].assume_role_policy).Statement) == 1
    error_message = "only who is named takes on a role, and nobody the others"
  }
}

run "gives_a_step_its_source_and_its_log_and_no_more" {
  command = apply

  assert {
    condition     = alltrue(flatten([for policy in aws_iam_role_policy.build : [for statement in jsondecode(policy.policy).Statement : [for action in flatten([statement.Action]) : !can(regex(":(Create|Put|Update|Delete|Copy|Associate)", action)) || startswith(action, "logs:")]]]))
    error_message = "a step could write before its caller allows it"
  }
}

run "gives_a_build_the_repository_with_its_history" {
  command = apply

  assert {
    condition     = aws_codepipeline.this.stage[0].action[0].configuration.OutputArtifactFormat == "CODEBUILD_CLONE_REF"
    error_message = "without history nobody sees that a frozen version changed"
  }

  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.build : one([for statement in jsondecode(policy.policy).Statement : statement.Resource if statement.Sid == "Clone"]) == var.source_code.connection_arn])
    error_message = "a build clones with its own role"
  }
}

run "refuses_an_image_that_could_move" {
  command = plan

  variables {
    image = { address = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending:latest", repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/vending" }
  }

  expect_failures = [var.image]
}

run "lets_the_approver_decide_and_do_nothing_else" {
  command = apply

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.approver.policy).Statement : statement.Resource if statement.Action == "codepipeline:PutApprovalResult"]) == "arn:aws:codepipeline:eu-west-2:222222222222:mlops-release/Approve/Approve"
    error_message = "the approver decides on this step alone"
  }

  assert {
    condition     = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.approver.policy).Statement : [for action in flatten([statement.Action]) : can(regex("^(codepipeline:(Get|List|PutApprovalResult)|logs:(Get|Filter))", action))]]))
    error_message = "the approver can do more than read and decide"
  }

  assert {
    condition     = jsondecode(aws_iam_role.approver.assume_role_policy).Statement[0].Condition.Bool["aws:MultiFactorAuthPresent"] == "true"
    error_message = "an approval needs a second factor"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.approver.assume_role_policy).Statement : statement.Condition.ArnLike["aws:PrincipalArn"] if can(statement.Condition.ArnLike)] == ["arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_mlops-release-approver_*"]
    error_message = "an account without users needs a permission set that approves"
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

run "refuses_steps_that_nobody_approves" {
  command = plan

  variables {
    steps = [{ name = "publish", about = "Changes it", role_name = "mlops-release", buildspec = "version: 0.2" }]
  }

  expect_failures = [var.steps]
}

run "refuses_two_steps_of_one_name" {
  command = plan

  variables {
    steps = [
      { name = "publish", about = "Changes it", role_name = "mlops-release", buildspec = "version: 0.2" },
      { name = "publish", about = "Again", role_name = "mlops-again", buildspec = "version: 0.2", approval = "Read it." },
    ]
  }

  expect_failures = [var.steps]
}
