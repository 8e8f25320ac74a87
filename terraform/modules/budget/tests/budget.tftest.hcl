mock_provider "aws" {}

variables {
  name      = "credit-risk-development"
  dollars   = 5000
  percent   = 80
  addresses = ["credit-risk@bank.example"]
}

run "tells_people_of_what_is_spent_and_of_what_will_be" {
  command = plan

  assert {
    condition     = toset([for notification in aws_budgets_budget.this.notification : notification.notification_type]) == toset(["ACTUAL", "FORECASTED"])
    error_message = "both are told"
  }
  assert {
    condition     = alltrue([for notification in aws_budgets_budget.this.notification : notification.threshold == 80])
    error_message = "at the share that was asked for"
  }
}

run "refuses_a_share_over_the_whole" {
  command = plan

  variables {
    percent = 120
  }

  expect_failures = [var.percent]
}

run "refuses_a_budget_that_nobody_hears_of" {
  command = plan

  variables {
    addresses = []
  }

  expect_failures = [var.addresses]
}
