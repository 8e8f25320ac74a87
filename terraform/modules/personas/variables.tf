variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "Account that owns the roles."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "hub_account_id" {
  description = "Account of the hub, which reads the inventory."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.hub_account_id))
    error_message = "hub_account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "management_account_id" {
  description = "Account of the emergency users, who assume the break-glass role."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management_account_id))
    error_message = "management_account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "data_key_arn" {
  description = "KMS key of the team's data."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.data_key_arn))
    error_message = "data_key_arn is the ARN of a KMS key."
  }
}

variable "roles_file" {
  description = "Path of terraform/roles.yaml, which defines the roles and their policies."
  type        = string
}

variable "sign_in" {
  description = "How people sign in: `method` (identity-center or saml), name of the SAML provider, and the operator role that may assume a persona."
  type        = object({ method = string, saml_provider = string, operator_role = string })

  validation {
    condition     = contains(["identity-center", "saml"], var.sign_in.method)
    error_message = "sign_in.method is identity-center or saml; write one of the two in platform.yaml."
  }
}
