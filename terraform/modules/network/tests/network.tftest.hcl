mock_provider "aws" {}

variables {
  name_prefix     = "mlops"
  region          = "eu-west-2"
  cidr_block      = "10.20.0.0/22"
  organization_id = "o-a1b2c3d4e5"
  flow_logs       = { key_arn = "arn:aws:kms:eu-west-2:111122223333:key/k", retention_days = 90 }
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
    availability_zones = 3
  }

  assert {
    condition     = length(aws_subnet.private) == 3
    error_message = "three zones, three subnets"
  }
}

run "refuses_what_is_no_address_block" {
  command = plan

  variables {
    cidr_block = "10.20.0.0/30"
  }

  expect_failures = [var.cidr_block]
}

run "refuses_one_zone" {
  command = plan

  variables {
    availability_zones = 1
  }

  expect_failures = [var.availability_zones]
}

run "serves_nobody_outside_the_organisation" {
  command = plan

  assert {
    condition = alltrue([
      for endpoint in aws_vpc_endpoint.interface :
      jsondecode(endpoint.policy).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    ])
    error_message = "every interface endpoint is limited to the organisation"
  }
  assert {
    condition     = jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[0].Condition.StringEquals["aws:ResourceOrgID"] == "o-a1b2c3d4e5"
    error_message = "no bucket outside of the organisation is reached, except AWS's own"
  }
}

run "joins_the_bank_only_when_asked" {
  command = plan

  assert {
    condition     = length(aws_ec2_transit_gateway_vpc_attachment.this) == 0 && length(aws_route.bank) == 0
    error_message = "nothing is joined without a transit gateway"
  }
}

run "reaches_the_bank_through_its_transit_gateway" {
  command = plan

  variables {
    hybrid_connectivity = { transit_gateway_id = "tgw-0123456789abcdef0", on_premises_cidrs = ["10.0.0.0/8"], resolver_rule_ids = ["rslvr-rr-1"] }
  }

  assert {
    condition     = aws_route.bank["10.0.0.0/8"].transit_gateway_id == "tgw-0123456789abcdef0"
    error_message = "the bank's blocks lie behind the gateway"
  }
  assert {
    condition     = keys(aws_route53_resolver_rule_association.this) == ["rslvr-rr-1"]
    error_message = "the bank's names are resolved by its rules"
  }
}

run "refuses_the_internet_behind_the_gateway" {
  command = plan

  variables {
    hybrid_connectivity = { transit_gateway_id = "tgw-0123456789abcdef0", on_premises_cidrs = ["0.0.0.0/0"], resolver_rule_ids = [] }
  }

  expect_failures = [var.hybrid_connectivity]
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "r-root"
  }

  expect_failures = [var.organization_id]
}
