# A budget notifies people; it stops nothing.
resource "aws_budgets_budget" "this" {
  name         = var.name
  budget_type  = "COST"
  limit_amount = format("%.1f", var.dollars) # the format that AWS returns
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = toset(["ACTUAL", "FORECASTED"])

    content {
      notification_type          = notification.value
      comparison_operator        = "GREATER_THAN"
      threshold                  = var.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.addresses
    }
  }
}
