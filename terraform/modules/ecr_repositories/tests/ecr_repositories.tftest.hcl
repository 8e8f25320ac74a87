mock_provider "aws" {
  mock_resource "aws_ecr_repository" {
    defaults = { repository_url = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/training" }
  }
}

variables {
  name_prefix     = "mlops"
  account_id      = "222222222222"
  organization_id = "o-a1b2c3d4e5"
  key_arn         = "arn:aws:kms:eu-west-2:222222222222:key/images"
  repositories    = ["studio", "training"]
  contracts       = { training = "/bank/images/training" }
}

run "keeps_tags_scans_images_and_encrypts_with_the_customers_key" {
  command = plan

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push])
    error_message = "an image could be replaced or go unscanned"
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.encryption_configuration[0].kms_key == "arn:aws:kms:eu-west-2:222222222222:key/images"])
    error_message = "images must be encrypted with the key given"
  }
}

run "lets_the_organisation_pull_and_nobody_push" {
  command = plan

  assert {
    condition     = alltrue([for policy in aws_ecr_repository_policy.this : jsondecode(policy.policy).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"])
    error_message = "the pull policy must be limited to the organisation"
  }

  assert {
    condition     = alltrue(flatten([for policy in aws_ecr_repository_policy.this : [for action in jsondecode(policy.policy).Statement[0].Action : can(regex("^ecr:(Batch)?(Get|Check)", action))]]))
    error_message = "another account could push"
  }
}

run "publishes_an_image_that_does_not_exist_until_the_first_build" {
  command = apply

  assert {
    condition     = output.published["training"] == "222222222222.dkr.ecr.eu-west-2.amazonaws.com/mlops/training@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    error_message = "the first value must be a digest that no image has"
  }

  assert {
    condition     = keys(output.published) == ["training"]
    error_message = "an image that the factory does not build has no published digest"
  }
}

run "copies_nothing_without_further_regions" {
  command = plan

  assert {
    condition     = length(aws_ecr_replication_configuration.this) == 0
    error_message = "there is no region to copy to"
  }
}

run "copies_only_its_own_images_to_further_regions" {
  command = plan

  variables {
    replicate_to = ["eu-west-1", "eu-central-1"]
  }

  assert {
    condition     = toset(aws_ecr_replication_configuration.this[0].replication_configuration[0].rule[0].destination[*].region) == toset(["eu-west-1", "eu-central-1"])
    error_message = "every further region needs the images"
  }

  assert {
    condition     = aws_ecr_replication_configuration.this[0].replication_configuration[0].rule[0].repository_filter[0].filter == "mlops/"
    error_message = "images of others are not ours to copy"
  }
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "bank"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_contract_for_an_image_without_a_repository" {
  command = plan

  variables {
    contracts = { trainning = "/bank/images/training" }
  }

  expect_failures = [var.contracts]
}

run "refuses_to_drop_images_that_accounts_may_run" {
  command = plan

  variables {
    images_to_keep = 5
  }

  expect_failures = [var.images_to_keep]
}
