locals {
  zones = [for letter in slice(["a", "b", "c"], 0, var.availability_zones) : "${var.region}${letter}"]
  cidrs = { for position, zone in local.zones : zone => cidrsubnet(var.cidr_block, 2, position) }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = "${var.name_prefix}-spoke" }
}

# No internet gateway, no NAT gateway: subnets reach AWS services through endpoints only.
resource "aws_subnet" "private" {
  for_each = local.cidrs

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = each.key

  # The second tag lets EMR start instances here: its service role needs it on a subnet.
  tags = { Name = "${var.name_prefix}-private-${each.key}", for-use-with-amazon-emr-managed-policies = "true" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name_prefix}-private" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name_prefix}-closed" }
}
