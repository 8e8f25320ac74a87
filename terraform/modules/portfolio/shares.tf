# Service Catalog runs one share action at a time, and a throttled share can stay unusable, so the shares are created in sequence: each
# depends on the one before. Three are enough for the environments.
locals {
  link = { for position in range(3) : position => { for unit in slice(var.units, min(position, length(var.units)), min(position + 1, length(var.units))) : unit.name => unit.arn } }
}

resource "aws_servicecatalog_portfolio_share" "first" {
  for_each = local.link[0]

  portfolio_id      = aws_servicecatalog_portfolio.this.id
  type              = "ORGANIZATIONAL_UNIT"
  principal_id      = each.value
  share_principals  = true
  share_tag_options = true
}

resource "aws_servicecatalog_portfolio_share" "second" {
  for_each = local.link[1]

  portfolio_id      = aws_servicecatalog_portfolio.this.id
  type              = "ORGANIZATIONAL_UNIT"
  principal_id      = each.value
  share_principals  = true
  share_tag_options = true

  depends_on = [aws_servicecatalog_portfolio_share.first]
}

resource "aws_servicecatalog_portfolio_share" "third" {
  for_each = local.link[2]

  portfolio_id      = aws_servicecatalog_portfolio.this.id
  type              = "ORGANIZATIONAL_UNIT"
  principal_id      = each.value
  share_principals  = true
  share_tag_options = true

  depends_on = [aws_servicecatalog_portfolio_share.second]
}
