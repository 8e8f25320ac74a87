mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mlops-models-111111111111-eu-west-2" }
  }
}

variables {
  name_prefix       = "mlops"
  account_id        = "111111111111"
  region            = "eu-west-2"
  data_key_arn      = "arn:aws:kms:eu-west-2:111111111111:key/11111111-2222-3333-4444-555555555555"
  access_log_bucket = "mlops-access-logs"
  network           = { vpc_id = "vpc-1", endpoint_security_group_id = "sg-1", s3_prefix_list_id = "pl-1" }
}

run "models_go_out_by_https_to_named_places_only" {
  command = plan

  assert {
    condition     = alltrue([for rule in values(aws_vpc_security_group_egress_rule.this) : rule.from_port == 443 && rule.to_port == 443 && rule.cidr_ipv4 == null]) && length(aws_vpc_security_group_egress_rule.this) == 2
    error_message = "a model could talk to somebody else"
  }
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "refuses_a_region_that_is_none" {
  command = plan

  variables {
    region = "London"
  }

  expect_failures = [var.region]
}

run "refuses_an_alias_for_a_key" {
  command = plan

  variables {
    data_key_arn = "arn:aws:kms:eu-west-2:111111111111:alias/data"
  }

  expect_failures = [var.data_key_arn]
}

run "refuses_a_prefix_that_no_name_may_begin_with" {
  command = plan

  variables {
    name_prefix = "Bank"
  }

  expect_failures = [var.name_prefix]
}
