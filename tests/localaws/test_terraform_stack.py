"""The real Terraform in a member account: state in S3 with its lock, a network, a key, parameters, roles."""

from collections.abc import Callable

import pytest

from tests.localaws.conftest import ACCESS_ROLE, REGION, Aws, Terraform

pytestmark = pytest.mark.local_only


@pytest.mark.slow  # the demo, which `make test` plays, lays down the same for every change
def test_terraform_builds_a_member_account_and_finds_nothing_to_change(
    terraform: Terraform, aws: Aws, member: Callable[[str], str]
) -> None:
    """https://developer.hashicorp.com/terraform/language/backend/s3"""
    spoke = member("tf-spoke")
    where = {"LocationConstraint": REGION}
    aws("s3").create_bucket(Bucket="localaws-tf-state", CreateBucketConfiguration=where)
    role = f"arn:aws:iam::{spoke}:role/{ACCESS_ROLE}"
    outputs = terraform.apply(_STACK.replace("ENDPOINT", aws.endpoint or "").replace("ROLE", role))
    assert terraform.plan() == []
    assert f":{spoke}:" in outputs["key"]
    assert aws("ssm", spoke).get_parameter(Name="/platform/vpc")["Parameter"]["Value"] == outputs["vpc"]
    keys = [stored_object["Key"] for stored_object in aws("s3").list_objects_v2(Bucket="localaws-tf-state")["Contents"]]
    assert keys == ["spoke.tfstate"]
    terraform.destroy()
    assert aws("ssm", spoke).describe_parameters()["Parameters"] == []


_STACK = """
terraform {
  backend "s3" {
    bucket         = "localaws-tf-state"
    key            = "spoke.tfstate"
    region         = "eu-west-2"
    use_lockfile   = true
    use_path_style = true
    endpoints = {
      s3  = "ENDPOINT"
      sts = "ENDPOINT"
    }
  }
}
provider "aws" {
  alias             = "spoke"
  s3_use_path_style = true
  assume_role {
    role_arn = "ROLE"
  }
  default_tags {
    tags = { platform = "mlops" }
  }
}
resource "aws_vpc" "this" {
  provider   = aws.spoke
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "private" {
  provider   = aws.spoke
  for_each   = { a = "10.0.0.0/24", b = "10.0.1.0/24" }
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
}
resource "aws_vpc_endpoint" "s3" {
  provider     = aws.spoke
  vpc_id       = aws_vpc.this.id
  service_name = "com.amazonaws.eu-west-2.s3"
}
resource "aws_kms_key" "this" {
  provider            = aws.spoke
  enable_key_rotation = true
}
resource "aws_kms_alias" "this" {
  provider      = aws.spoke
  name          = "alias/data"
  target_key_id = aws_kms_key.this.id
}
resource "aws_ssm_parameter" "vpc" {
  provider = aws.spoke
  name     = "/platform/vpc"
  type     = "String"
  value    = aws_vpc.this.id
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["servicecatalog.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "launch" {
  provider           = aws.spoke
  name               = "launch-example"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy_attachment" "launch" {
  provider   = aws.spoke
  role       = aws_iam_role.launch.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
output "vpc" { value = aws_vpc.this.id }
output "key" { value = aws_kms_key.this.arn }
"""
