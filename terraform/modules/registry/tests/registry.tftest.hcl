mock_provider "aws" {}

variables {
  name_prefix     = "mlops"
  organization_id = "o-a1b2c3d4e5"
}

run "keeps_tags_and_scans_images" {
  command = plan

  assert {
    condition     = aws_ecr_repository.studio.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.studio.image_scanning_configuration[0].scan_on_push
    error_message = "an image could be replaced or go unscanned"
  }
}

run "lets_the_organisation_pull_and_nobody_else" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecr_repository_policy.studio.policy).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    error_message = "the pull policy must be limited to the organisation"
  }
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "bank"
  }

  expect_failures = [var.organization_id]
}
