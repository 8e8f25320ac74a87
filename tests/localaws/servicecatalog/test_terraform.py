"""The Terraform provider's Service Catalog resources: apply, empty plan, change, destroy."""

from pathlib import Path

import pytest

from localaws.conftest import Aws, refused, started, terraform_at
from tests.localaws.servicecatalog.catalogue import template

pytestmark = [pytest.mark.local_only, pytest.mark.slow]


def test_terraform_lays_down_a_catalogue_changes_it_and_removes_it(tmp_path: Path) -> None:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/servicecatalog_portfolio"""
    (tmp_path / "template.json").write_text(template())
    with started(tmp_path) as fresh, terraform_at(tmp_path, fresh.endpoint) as terraform:
        aws = Aws(fresh.endpoint)
        organizations, catalog = aws("organizations"), aws("servicecatalog")
        organizations.create_organization(FeatureSet="ALL")
        spoke = organizations.create_account(AccountName="tf", Email="tf@bank.example")["CreateAccountStatus"]
        body = _CATALOGUE.replace("SPOKE", spoke["AccountId"])
        outputs = terraform.apply(body)
        launched = catalog.describe_provisioned_product(Id=outputs["launched"])["ProvisionedProductDetail"]
        assert (launched["Status"], launched["ProvisioningArtifactId"]) == ("AVAILABLE", outputs["first"])
        changed = body.replace('words = "first"', 'words = "second"').replace("DEFAULT", "DEPRECATED")
        assert terraform.apply(changed.replace('value = "small"', 'value = "large"')) == outputs, "all changes in place"
        assert terraform.plan() == [], "what was made and what was changed read back alike"
        terraform.destroy()
        (tmp_path / "terraform.tfstate").unlink()  # nothing is left that would need a second destroy
        assert refused(catalog.describe_portfolio, Id=outputs["portfolio"])[0] == "ResourceNotFoundException"
        assert refused(catalog.describe_provisioned_product, Id=outputs["launched"])[0] == "ResourceNotFoundException"


_CATALOGUE = """
locals { words = "first" }
data "aws_organizations_organization" "this" {}
resource "aws_s3_bucket" "releases" {
  bucket        = "tf-catalogue"
  force_destroy = true
}
resource "aws_s3_object" "template" {
  bucket = aws_s3_bucket.releases.id
  key    = "products/thing/1.json"
  source = "${path.module}/template.json"
}
resource "aws_iam_role" "launch" {
  name = "tf-launch"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "servicecatalog.amazonaws.com" } }
    ]
  })
}
resource "aws_iam_role_policy" "launch" {
  role = aws_iam_role.launch.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["cloudformation:*", "ssm:*", "s3:GetObject"], Resource = "*" }]
  })
}
resource "aws_servicecatalog_organizations_access" "this" { enabled = true }
resource "aws_servicecatalog_portfolio" "this" {
  name          = "tf"
  description   = local.words
  provider_name = "platform"
  tags          = { team = "platform" }
}
resource "aws_servicecatalog_portfolio_share" "all" {
  portfolio_id      = aws_servicecatalog_portfolio.this.id
  principal_id      = data.aws_organizations_organization.this.arn
  type              = "ORGANIZATION"
  share_principals  = true
  share_tag_options = true
  depends_on        = [aws_servicecatalog_organizations_access.this]
}
resource "aws_servicecatalog_portfolio_share" "one" {
  portfolio_id = aws_servicecatalog_portfolio.this.id
  principal_id = "SPOKE"
  type         = "ORGANIZATION_MEMBER_ACCOUNT"
  depends_on   = [aws_servicecatalog_portfolio_share.all]
}
resource "aws_servicecatalog_principal_portfolio_association" "pattern" {
  portfolio_id   = aws_servicecatalog_portfolio.this.id
  principal_arn  = "arn:aws:iam:::role/lead*"
  principal_type = "IAM_PATTERN"
}
data "aws_caller_identity" "me" {}
resource "aws_servicecatalog_principal_portfolio_association" "me" {
  portfolio_id  = aws_servicecatalog_portfolio.this.id
  principal_arn = data.aws_caller_identity.me.arn
}
resource "aws_servicecatalog_tag_option" "cost" {
  key   = "cost-centre"
  value = local.words
}
resource "aws_servicecatalog_tag_option_resource_association" "cost" {
  resource_id   = aws_servicecatalog_portfolio.this.id
  tag_option_id = aws_servicecatalog_tag_option.cost.id
}
resource "aws_servicecatalog_product" "thing" {
  name        = "thing"
  owner       = "platform"
  type        = "CLOUD_FORMATION_TEMPLATE"
  description = local.words
  tags        = { team = "platform" }
  provisioning_artifact_parameters {
    name         = "1"
    description  = "first"
    template_url = "https://${aws_s3_bucket.releases.bucket_regional_domain_name}/${aws_s3_object.template.key}"
    type         = "CLOUD_FORMATION_TEMPLATE"
  }
}
resource "aws_servicecatalog_provisioning_artifact" "second" {
  product_id   = aws_servicecatalog_product.thing.id
  name         = "2"
  guidance     = "DEFAULT"
  type         = "CLOUD_FORMATION_TEMPLATE"
  template_url = "https://${aws_s3_bucket.releases.bucket_regional_domain_name}/${aws_s3_object.template.key}"
}
resource "aws_servicecatalog_product_portfolio_association" "thing" {
  portfolio_id = aws_servicecatalog_portfolio.this.id
  product_id   = aws_servicecatalog_product.thing.id
}
resource "aws_servicecatalog_constraint" "launch" {
  portfolio_id = aws_servicecatalog_product_portfolio_association.thing.portfolio_id
  product_id   = aws_servicecatalog_product_portfolio_association.thing.product_id
  type         = "LAUNCH"
  description  = local.words
  parameters   = jsonencode({ LocalRoleName = aws_iam_role.launch.name })
}
resource "aws_servicecatalog_provisioned_product" "mine" {
  name                       = "tf-thing"
  product_id                 = aws_servicecatalog_constraint.launch.product_id
  provisioning_artifact_name = "1"
  tags                       = { purpose = "test" }
  provisioning_parameters {
    key   = "Size"
    value = "small"
  }
  depends_on = [
    aws_servicecatalog_principal_portfolio_association.me, aws_iam_role_policy.launch,
    aws_servicecatalog_tag_option_resource_association.cost
  ]
}
output "portfolio" { value = aws_servicecatalog_portfolio.this.id }
output "product" { value = aws_servicecatalog_product.thing.id }
output "first" { value = aws_servicecatalog_provisioned_product.mine.provisioning_artifact_id }
output "launched" { value = aws_servicecatalog_provisioned_product.mine.id }
"""
