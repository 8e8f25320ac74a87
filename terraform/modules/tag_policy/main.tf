# Names and values of tags. AWS reports deviations; resource types in `enforced` refuse other values.
locals {
  content = jsonencode({
    tags = { for key, values in var.tags : key => merge(
      { tag_key = { "@@assign" = key } },
      length(values) == 0 ? {} : { tag_value = { "@@assign" = sort(values) } },
      length(values) == 0 || length(var.enforced) == 0 ? {} : { enforced_for = { "@@assign" = sort(var.enforced) } },
    ) }
  })
}

resource "aws_organizations_policy" "this" {
  name        = var.name
  description = "How accounts and resources are tagged"
  type        = "TAG_POLICY"
  content     = local.content

  lifecycle {
    precondition {
      condition     = length(local.content) <= 10000
      error_message = "The tag policy has ${length(local.content)} characters; AWS takes 10,000. Name fewer values."
    }
  }
}

resource "aws_organizations_policy_attachment" "this" {
  policy_id = aws_organizations_policy.this.id
  target_id = var.target_id
}
