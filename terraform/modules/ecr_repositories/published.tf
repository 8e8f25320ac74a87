# The build of an image writes this value. Terraform creates the parameter with a digest that no image has, so that a launch before the
# first build fails with "image not found" and never runs an image that nobody approved.
resource "aws_ssm_parameter" "published" {
  #checkov:skip=CKV2_AWS_34:An address and a digest are no secret, and CloudFormation cannot read a SecureString as a parameter
  for_each = var.contracts

  name           = each.value
  type           = "String"
  insecure_value = "${aws_ecr_repository.this[each.key].repository_url}@sha256:${join("", [for _ in range(64) : "0"])}"
  description    = "Newest image of ${each.key}, by digest; its build writes it"

  lifecycle {
    ignore_changes = [insecure_value]
  }
}
