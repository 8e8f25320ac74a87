locals {
  files        = fileset("${path.module}/policies", "*.json")
  policy_names = toset([for file in local.files : trimsuffix(file, ".json")])

  # Values that a policy template may use; lists are JSON.
  platform_roles = [for role in var.platform_roles : "arn:aws:iam::*:role/${role}"]
  service_roles  = [for noun in ["audit", "break-glass*", "config-*", "emr-*", "flow-logs-*", "promotion-*"] : "${var.name_prefix}-${noun}"]
  template_variables = {
    name_prefix    = var.name_prefix
    log_bucket     = var.log_bucket
    regions        = jsonencode(sort(var.regions))
    platform_roles = jsonencode(local.platform_roles)
    window_roles   = jsonencode(concat(local.platform_roles, ["arn:aws:iam::*:role/${var.name_prefix}-break-glass"]))
    promoting_roles = jsonencode(concat(local.platform_roles, [
      "arn:aws:iam::*:role/launch-model-deployment-pipeline", "arn:aws:iam::*:role/platform-fix-engineer",
    ]))
    writer_roles = jsonencode(concat(local.platform_roles, [
      "arn:aws:iam::*:role/launch-*", "arn:aws:iam::*:role/${var.name_prefix}-image-factory",
    ]))
    protected_roles = jsonencode(concat(
      local.platform_roles, [for role in concat(sort(var.protected_roles), local.service_roles) : "arn:aws:iam::*:role/${role}"],
    ))
  }

  # Decoded and encoded again to remove white space, which counts towards the size limit.
  documents = { for policy in local.policy_names : policy => jsonencode(jsondecode(templatefile("${path.module}/policies/${policy}.json", local.template_variables))) }

  attachments = merge([for name, target in var.targets : {
    for policy in target.policies : "${name}/${policy}" => { policy = policy, id = target.id }
  }]...)
}

resource "aws_organizations_policy" "this" {
  for_each = local.documents

  name        = "${var.name_prefix}-${replace(each.key, "_", "-")}"
  description = "terraform/modules/service_control_policies/policies/${each.key}.json"
  type        = "SERVICE_CONTROL_POLICY"
  content     = each.value

  lifecycle {
    precondition {
      condition     = length(each.value) <= 5120
      error_message = "The policy ${each.key} has ${length(each.value)} characters; AWS takes 5,120. Split its idea in two."
    }
  }
}

resource "aws_organizations_policy_attachment" "this" {
  for_each = local.attachments

  policy_id = aws_organizations_policy.this[each.value.policy].id
  target_id = each.value.id
}
