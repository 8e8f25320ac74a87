mock_provider "aws" {}

variables {
  name        = "data-science"
  description = "For data scientists"
  owner       = "ml-platform"
  units = [
    { name = "pre-production", arn = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-11111111" },
    { name = "development", arn = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-22222222" },
  ]
  principals  = ["technical-lead"]
  tag_options = { platform = "tag-abcdefghijklm" }
}

run "shares_principals_and_tag_options_with_every_unit" {
  command = plan

  assert {
    condition     = aws_servicecatalog_portfolio_share.first["pre-production"].principal_id == "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-11111111" && aws_servicecatalog_portfolio_share.second["development"].principal_id == "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-22222222"
    error_message = "a unit keeps its place in the chain, so that adding one touches no other"
  }

  assert {
    condition     = aws_servicecatalog_portfolio_share.first["pre-production"].share_principals && aws_servicecatalog_portfolio_share.first["pre-production"].share_tag_options
    error_message = "without shared principals nobody in the spokes sees the portfolio"
  }

  assert {
    condition     = length(aws_servicecatalog_portfolio_share.third) == 0
    error_message = "two units need two shares"
  }
}

run "grants_by_a_pattern_without_an_account" {
  command = plan

  assert {
    condition     = aws_servicecatalog_principal_portfolio_association.this["technical-lead"].principal_arn == "arn:aws:iam:::role/technical-lead"
    error_message = "a pattern with an account reaches that account alone"
  }
}

run "refuses_a_portfolio_that_nobody_may_use" {
  command = plan

  variables {
    principals = []
  }

  expect_failures = [var.principals]
}

run "refuses_more_units_than_it_can_share_in_a_row" {
  command = plan

  variables {
    units = [for name in ["a", "b", "c", "d"] : { name = name, arn = name }]
  }

  expect_failures = [var.units]
}
