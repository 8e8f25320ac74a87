# Optional attachment to the bank's transit gateway, with its routes and DNS rules. There is still no route to the internet.
resource "aws_ec2_transit_gateway_vpc_attachment" "this" {
  for_each = toset(compact([var.hybrid_connectivity.transit_gateway_id]))

  transit_gateway_id = each.value
  vpc_id             = aws_vpc.this.id
  subnet_ids         = [for subnet in aws_subnet.private : subnet.id]

  tags = { Name = "${var.name_prefix}-bank" }
}

resource "aws_route" "bank" {
  for_each = var.hybrid_connectivity.transit_gateway_id == "" ? toset([]) : toset(var.hybrid_connectivity.on_premises_cidrs)

  route_table_id         = aws_route_table.private.id
  destination_cidr_block = each.value
  transit_gateway_id     = var.hybrid_connectivity.transit_gateway_id

  depends_on = [aws_ec2_transit_gateway_vpc_attachment.this]
}

resource "aws_route53_resolver_rule_association" "this" {
  for_each = toset(var.hybrid_connectivity.resolver_rule_ids)

  resolver_rule_id = each.value
  vpc_id           = aws_vpc.this.id
}
