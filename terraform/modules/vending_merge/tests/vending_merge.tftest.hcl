mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/mlops-vending-merge-apply" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:111111111111:log-group:/mlops/vending/merge" }
  }
}

variables {
  name       = "mlops-vending-merge"
  account_id = "111111111111"
  region     = "eu-west-2"
  source_code = {
    connection_arn = "arn:aws:codeconnections:eu-west-2:111111111111:connection/0a1b2c3d-0000-0000-0000-000000000000"
    repository     = "bank/mlops-platform"
    branch         = "main"
  }
  image = {
    address        = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/vending"
  }
  state_access = { state_bucket = "mlops-terraform-state-111111111111", role_name = "OrganizationAccountAccessRole", account_ids = ["222222222222", "333333333333"] }
  builds = {
    bucket_name  = "mlops-vending-111111111111-eu-west-2"
    bucket_arn   = "arn:aws:s3:::mlops-vending-111111111111-eu-west-2"
    data_key_arn = "arn:aws:kms:eu-west-2:111111111111:key/vending"
    logs_key_arn = "arn:aws:kms:eu-west-2:111111111111:key/vending"
  }
}

run "asks_a_person_before_anything_changes" {
  command = apply

  assert {
    condition     = join(" ", module.pipeline.stages) == "Source Plan Approve Apply"
    error_message = "the order of the steps is the control"
  }
}

run "brings_up_what_is_shared_before_it_hands_over_the_accounts" {
  command = apply

  assert {
    condition     = local.steps.apply.commands == ["python -m scripts.vend apply organization", "python -m scripts.vend apply log_archive", "python -m scripts.vend apply hub", "python -m scripts.vend list --to mlops-vending-111111111111-eu-west-2"]
    error_message = "an account needs the organisation, the log archive and the hub"
  }
}

run "lets_the_plan_write_nothing_but_locks" {
  command = apply

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.read["plan"].policy).Statement : statement.Resource if anytrue([for action in flatten([statement.Action]) : can(regex(":(Put|Delete|Create|Update|Move|Attach|Register|Enable)", action))])] == ["arn:aws:s3:::mlops-terraform-state-111111111111/*.tflock"] && aws_iam_role_policy.apply.role == "mlops-vending-merge-apply"
    error_message = "the plan could change something"
  }
}

run "closes_no_account_and_loosens_no_policy" {
  command = apply

  assert {
    condition     = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.apply.policy).Statement : [for action in flatten([statement.Action]) : !can(regex("(CloseAccount|RemoveAccount|PutGroupPolicy|DeleteOrganization|DetachPolicy|DeletePolicy|Disable|Deregister|\\*)", action))]]))
    error_message = "ending an account, loosening a policy and saying what emergency users may do is done by a person"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.apply.policy).Statement : statement.Resource if statement.Sid == "EnterHubAndLogArchive"]) == ["arn:aws:iam::222222222222:role/OrganizationAccountAccessRole", "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole"]
    error_message = "spokes are entered by the vending pipeline alone"
  }
}

run "refuses_an_image_that_could_move" {
  command = plan

  variables {
    image = { address = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/vending:latest", repository_arn = "arn:aws:ecr:eu-west-2:222222222222:repository/mlops/vending" }
  }

  expect_failures = [var.image]
}

run "refuses_access_to_no_account" {
  command = plan

  variables {
    state_access = { state_bucket = "mlops-terraform-state-111111111111", role_name = "OrganizationAccountAccessRole", account_ids = [] }
  }

  expect_failures = [var.state_access]
}
