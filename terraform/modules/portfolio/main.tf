resource "aws_servicecatalog_portfolio" "this" {
  name          = var.name
  description   = var.description
  provider_name = var.owner
}

# A name pattern matches the role of that name in every account that the portfolio is shared with, now and later.
resource "aws_servicecatalog_principal_portfolio_association" "this" {
  for_each = var.principals

  portfolio_id   = aws_servicecatalog_portfolio.this.id
  principal_arn  = "arn:aws:iam:::role/${each.value}"
  principal_type = "IAM_PATTERN"
}

resource "aws_servicecatalog_tag_option_resource_association" "this" {
  for_each = var.tag_options

  resource_id   = aws_servicecatalog_portfolio.this.id
  tag_option_id = each.value
}
