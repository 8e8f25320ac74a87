mock_provider "aws" {}

variables {
  name_prefix   = "mlops"
  region        = "eu-west-2"
  address_block = "10.20.0.0/22"
}

run "puts_a_private_subnet_into_each_zone" {
  command = plan

  assert {
    condition     = [for zone in ["eu-west-2a", "eu-west-2b"] : aws_subnet.private[zone].cidr_block] == ["10.20.0.0/24", "10.20.1.0/24"]
    error_message = "each zone has a quarter of the block"
  }
}

run "takes_a_third_zone" {
  command = plan

  variables {
    zones = 3
  }

  assert {
    condition     = length(aws_subnet.private) == 3
    error_message = "three zones, three subnets"
  }
}

run "refuses_what_is_no_address_block" {
  command = plan

  variables {
    address_block = "10.20.0.0/30"
  }

  expect_failures = [var.address_block]
}

run "refuses_one_zone" {
  command = plan

  variables {
    zones = 1
  }

  expect_failures = [var.zones]
}
