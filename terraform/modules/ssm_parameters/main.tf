locals {
  declared = yamldecode(file(var.contracts_file))[var.scope]
  missing  = setsubtract(keys(local.declared), keys(var.values))
  unknown  = setsubtract(keys(var.values), keys(local.declared))
}

resource "aws_ssm_parameter" "this" {
  #checkov:skip=CKV2_AWS_34:Contracts are names and addresses, no secrets; CloudFormation cannot read a SecureString as a parameter
  for_each = { for key, contract in local.declared : key => contract if contains(keys(var.values), key) }

  name        = each.value.path
  type        = startswith(each.value.type, "List<") ? "StringList" : "String"
  value       = var.values[each.key]
  description = each.value.description

  lifecycle {
    precondition {
      condition     = length(local.missing) == 0
      error_message = "contracts.yaml: scope ${var.scope} has no value for ${join(", ", local.missing)}; give one in values."
    }
    precondition {
      condition     = length(local.unknown) == 0
      error_message = "contracts.yaml: scope ${var.scope} does not declare ${join(", ", local.unknown)}; declare it there or take it out of values."
    }
  }
}
