mock_provider "aws" {}

variables {
  name      = "mlops-tags"
  target_id = "r-abcd"
  tags      = { team = [], environment = ["production", "development"] }
}

run "says_how_tags_are_written_and_what_they_say" {
  command = plan

  assert {
    condition = jsondecode(aws_organizations_policy.this.content) == { tags = {
      environment = { tag_key = { "@@assign" = "environment" }, tag_value = { "@@assign" = ["development", "production"] } }
      team        = { tag_key = { "@@assign" = "team" } }
    } }
    error_message = "a tag without values takes any; one with values takes these"
  }

  assert {
    condition     = aws_organizations_policy_attachment.this.target_id == "r-abcd" && aws_organizations_policy.this.type == "TAG_POLICY"
    error_message = "a policy that is attached nowhere says nothing"
  }
}

run "refuses_other_values_where_it_is_enforced" {
  command = plan

  variables {
    enforced = ["s3:bucket"]
  }

  assert {
    condition = {
      for key, tag in jsondecode(aws_organizations_policy.this.content).tags : key => contains(keys(tag), "enforced_for")
    } == { environment = true, team = false }
    error_message = "only a tag with values can be enforced"
  }
}

run "refuses_a_tag_twice_in_another_case" {
  command = plan

  variables {
    tags = { team = [], Team = [] }
  }

  expect_failures = [var.tags]
}

run "refuses_an_account_as_target" {
  command = plan

  variables {
    target_id = "root"
  }

  expect_failures = [var.target_id]
}

run "refuses_a_type_without_its_service" {
  command = plan

  variables {
    enforced = ["bucket"]
  }

  expect_failures = [var.enforced]
}
