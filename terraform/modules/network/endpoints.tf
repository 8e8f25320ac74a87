locals {
  # Endpoints serve principals of the organisation; gateway endpoints reach resources of the organisation only.
  organization_only = {
    Sid       = "OrganisationOnly"
    Effect    = "Allow"
    Principal = "*"
    Action    = "*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
  }
  # Buckets of AWS that jobs need: image layers (ECR), packages (CodeArtifact), repositories of EMR and Amazon Linux.
  # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
  # https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
  aws_buckets = {
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
  # Bucket to which the function of a custom resource sends its response, with a presigned URL of CloudFormation.
  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
  custom_resource_responses = {
    Sid       = "AnswersToCloudFormation"
    Effect    = "Allow"
    Principal = "*"
    Action    = "s3:PutObject"
    Resource  = "arn:aws:s3:::cloudformation-custom-resource-response-${replace(var.region, "-", "")}/*"
  }
  organization_resources_only = merge(local.organization_only, {
    Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id, "aws:ResourceOrgID" = var.organization_id } }
  })
  policy = { for name, statements in {
    interface = [local.organization_only]
    s3        = [local.organization_resources_only, local.aws_buckets, local.custom_resource_responses]
    dynamodb  = [local.organization_resources_only]
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
