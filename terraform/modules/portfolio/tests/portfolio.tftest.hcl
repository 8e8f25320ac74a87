mock_provider "aws" {}

variables {
  name        = "data-science"
  description = "For data scientists"
  owner       = "ml-platform"
  units       = { development = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-11111111", production = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-22222222" }
  principals  = ["technical-lead"]
  tag_options = { platform = "mlops" }
}

run "shares_principals_and_tag_options_with_every_unit" {
  command = plan

  assert {
    condition     = aws_servicecatalog_portfolio_share.first["development"].principal_id == "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-11111111" && aws_servicecatalog_portfolio_share.second["production"].principal_id == "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-22222222"
    error_message = "not every unit has a share"
  }

  assert {
    condition     = aws_servicecatalog_portfolio_share.first["development"].share_principals && aws_servicecatalog_portfolio_share.first["development"].share_tag_options
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
    units = { a = "1", b = "2", c = "3", d = "4" }
  }

  expect_failures = [var.units]
}
