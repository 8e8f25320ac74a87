locals {
  # Whoever calls through an endpoint belongs to the organisation, and so does what is called.
  own = {
    Sid       = "OrganisationOnly"
    Effect    = "Allow"
    Principal = "*"
    Action    = "*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
  }
  # Buckets of AWS that a job cannot do without: the layers of images (ECR), the packages of CodeArtifact, EMR's and Amazon Linux's repositories.
  # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
  # https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
  buckets_of_aws = {
    Sid       = "BucketsOfAws"
    Effect    = "Allow"
    Principal = "*"
    Action    = "s3:GetObject"
    Resource = [
      "arn:aws:s3:::prod-${var.region}-starport-layer-bucket/*",
      "arn:aws:s3:::assets-*-${var.region}/*",
      "arn:aws:s3:::prod.${var.region}.appinfo.src/*",
      "arn:aws:s3:::repo.${var.region}.emr.amazonaws.com/*",
      "arn:aws:s3:::al2023-repos-${var.region}-*/*",
    ]
  }
  # Where the function of a custom resource answers CloudFormation, by an address that AWS signed.
  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
  answers = {
    Sid       = "AnswersToCloudFormation"
    Effect    = "Allow"
    Principal = "*"
    Action    = "s3:PutObject"
    Resource  = "arn:aws:s3:::cloudformation-custom-resource-response-${replace(var.region, "-", "")}/*"
  }
  own_resources = merge(local.own, {
    Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id, "aws:ResourceOrgID" = var.organization_id } }
  })
  policy = { for name, statements in {
    interface = [local.own]
    s3        = [local.own_resources, local.buckets_of_aws, local.answers]
    dynamodb  = [local.own_resources]
  } : name => jsonencode({ Version = "2012-10-17", Statement = statements }) }
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name_prefix}-endpoints"
  description = "Interface endpoints: HTTPS from inside the network"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name_prefix}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id = aws_security_group.endpoints.id
  description       = "HTTPS from the network"
  cidr_ipv4         = aws_vpc.this.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(["s3", "dynamodb"])

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]
  policy            = local.policy[each.value]

  tags = { Name = "${var.name_prefix}-${each.value}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.endpoints.id]
  policy              = local.policy["interface"]

  tags = { Name = "${var.name_prefix}-${each.value}" }
}
