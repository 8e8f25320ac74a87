variable "account_id" {
  description = "The log archive account; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "organization" {
  description = "The organisation whose accounts deliver their logs."
  type = object({
    organization_id = string
  })
}

variable "role_name" {
  description = "Role in the account that Terraform works under."
  type        = string
  default     = "OrganizationAccountAccessRole"
}
