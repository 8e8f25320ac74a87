mock_provider "aws" {}

variables {
  contracts_file = "./tests/contracts.yaml"
  scope          = "spoke"
  values         = { vpc_id = "vpc-1", subnet_ids = "subnet-1,subnet-2" }
}

run "writes_every_key_under_its_path" {
  command = plan

  assert {
    condition     = aws_ssm_parameter.this["vpc_id"].name == "/mlops/spoke/vpc-id" && aws_ssm_parameter.this["vpc_id"].value == "vpc-1"
    error_message = "vpc_id is not written under its path"
  }

  assert {
    condition     = aws_ssm_parameter.this["subnet_ids"].type == "StringList"
    error_message = "a list must be a StringList, or products cannot read it as one"
  }
}

run "refuses_a_missing_key" {
  command = plan

  variables {
    values = { vpc_id = "vpc-1" }
  }

  expect_failures = [aws_ssm_parameter.this]
}

run "refuses_an_unknown_key" {
  command = plan

  variables {
    values = { vpc_id = "vpc-1", subnet_ids = "subnet-1", vcp_id = "vpc-1" }
  }

  expect_failures = [aws_ssm_parameter.this]
}

run "refuses_an_empty_value" {
  command = plan

  variables {
    values = { vpc_id = "", subnet_ids = "subnet-1" }
  }

  expect_failures = [var.values]
}
